extension Templates {
    static let settings = """
        {{<layout}}{{$main}}{{#content}}
        <section class="card"><h2>Fixed</h2><dl class="facts">{{#facts}}<dt>{{.name}}</dt><dd>{{#.value}}{{>said}}{{/.value}}</dd>{{/facts}}</dl></section>
        {{#isOperator}}
        <form method="post" action="{{action}}"><input type="hidden" name="form_token" value="{{formToken}}">
        <fieldset><legend>When it runs</legend>{{#schedule}}{{>schedule-fields}}{{/schedule}}</fieldset>
        <fieldset><legend>What is read</legend>
        <div class="field"><label for="start_date">Start date</label><p class="hint">An earlier one has streams read again; you are \
        asked before.</p>{{#startDateProblem}}<p class="wrong" id="start-wrong">{{>said}}</p>{{/startDateProblem}}
        <input type="date" id="start_date" name="start_date" value="{{startDate}}" required\
        {{#startDateProblem}} aria-invalid="true" aria-describedby="start-wrong"{{/startDateProblem}}></div>
        {{#selection}}{{>selection-fields}}{{/selection}}</fieldset>
        <p><button class="main" name="step" value="show">Show what changes</button></p></form>
        <fieldset><legend>Credentials</legend><p>{{wayTitle}}. A secret is never shown.</p>
        {{#way}}<form method="post" action="{{credentialsAction}}" autocomplete="off">
        <input type="hidden" name="form_token" value="{{formToken}}">{{#.fields}}{{>field}}{{/.fields}}
        <p class="hint">Fields that stay empty keep what they have. The new ones are tried before they count.</p>
        <div class="row"><button name="step" value="replace">Replace and test</button>
        {{#isSignIn}}<button name="step" value="sign-in">Sign in again</button>{{/isSignIn}}</div></form>{{/way}}
        {{^takesSecrets}}<p>Extractors read them where the cluster keeps them; replace them there.</p>{{/takesSecrets}}</fieldset>
        <fieldset><legend>Delete</legend><p>No more runs. The tables and their rows stay; so does the name of the schema.</p>
        <form method="post" action="{{deleteAction}}"><input type="hidden" name="form_token" value="{{formToken}}">
        <div class="choice"><input type="checkbox" id="delete-sure" name="sure" value="yes" required>
        <label for="delete-sure">I want this connection to be deleted.</label></div>
        <button class="danger">Delete the connection</button></form></fieldset>{{/isOperator}}
        {{/content}}{{/main}}{{/layout}}
        """

    static let settingsFile = """
        {{<layout}}{{$main}}{{#content}}
        <div class="notice"><p>This connection is in the configuration file, and is changed there: {{#place}}<code>{{.}}</code>{{/place}}\
        {{^place}}on the machine that applied it{{/place}}. Then run <code>deskpipe apply</code>, or start \
        <code>deskpipe run</code> again.</p></div>
        <section class="card"><h2>As it is</h2><dl class="facts">{{#facts}}<dt>{{.name}}</dt><dd>{{#.value}}{{>said}}{{/.value}}</dd>{{/facts}}\
        <dt>Way in</dt><dd>{{wayTitle}}</dd></dl></section>
        <h2>The entry in the file</h2><pre tabindex="0"><code>{{yaml}}</code></pre>
        {{/content}}{{/main}}{{/layout}}
        """

    static let settingsChange = """
        {{<layout}}{{$main}}{{#content}}
        {{^hasDifferences}}<section class="card empty"><h2>Nothing changes</h2><p><a href="{{action}}">Back to the settings</a></p></section>{{/hasDifferences}}
        {{#hasDifferences}}<h2>This will change</h2>
        <div class="scroll"><table class="stack"><caption class="unseen">Differences</caption><thead><tr><th scope="col">Setting</th>
        <th scope="col">Now</th><th scope="col">Then</th><th scope="col">What follows</th></tr></thead><tbody>
        {{#differences}}<tr><th scope="row">{{setting}}</th><td data-name="Now" class="removed">{{#before}}{{>said}}{{/before}}</td>
        <td data-name="Then" class="added">{{#after}}{{>said}}{{/after}}</td><td class="wide">{{effect}}</td></tr>{{/differences}}</tbody></table></div>
        <form method="post" action="{{action}}"><input type="hidden" name="form_token" value="{{formToken}}">
        {{#fields}}<input type="hidden" name="{{.name}}" value="{{.value}}">{{/fields}}
        {{#hasRereads}}<fieldset><legend>Read again?</legend>{{#rereads}}<div class="choice">
        <input type="checkbox" id="again-{{value}}" name="again" value="{{value}}"><label for="again-{{value}}">{{meaning}}</label></div>
        {{/rereads}}</fieldset>{{/hasRereads}}
        <div class="row"><button class="main" name="step" value="save">Save</button><a class="button" href="{{action}}">Back</a></div></form>
        {{/hasDifferences}}{{/content}}{{/main}}{{/layout}}
        """
}
