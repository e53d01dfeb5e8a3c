extension Templates {
    static let setup = """
        {{<layout}}{{$main}}{{#content}}
        <p>Choose what to replicate. You can set up as many connections as you like.</p>
        <div class="cards">{{#sources}}<section class="card"><h2>{{.name}}</h2><p>{{.note}}</p>
        <p><a class="button main" href="{{.href}}">Set up {{.name}}</a></p></section>{{/sources}}</div>
        {{/content}}{{/main}}{{/layout}}
        """

    /// A ``SetupFormPage/Field``.
    static let field = """
        <div class="field"><label for="{{id}}">{{title}}</label>
        {{#.hint}}<p class="hint" id="{{id}}-hint">{{.}}</p>{{/.hint}}
        {{#.problem}}<p class="wrong" id="{{id}}-wrong">{{>said}}</p>{{/.problem}}
        <input type="{{type}}" id="{{id}}" name="{{.name}}" value="{{.value}}" autocomplete="{{autocomplete}}" spellcheck="false"\
        {{#.isRequired}} required{{/.isRequired}}{{#.isPreviewed}} data-previewed{{/.isPreviewed}}\
        {{#.problem}} aria-invalid="true"{{/.problem}} aria-describedby="{{#.hint}}{{id}}-hint{{/.hint}}{{#.problem}} {{id}}-wrong{{/.problem}}"></div>
        """

    static let setupForm = """
        {{<layout}}{{$main}}{{#content}}
        {{#findings}}{{>findings}}<p>Nothing was connected. Mend below what is marked as a problem, and send it again. Secrets are \
        not kept: give them again.</p>{{/findings}}
        <form method="post" action="{{action}}" autocomplete="off" data-preview="/setup/{{source}}/preview">
        <input type="hidden" name="form_token" value="{{formToken}}">
        <fieldset><legend>1. Whose data, and where it goes</legend>{{#identity}}{{>field}}{{/identity}}
        <div id="preview" role="status" aria-live="polite">{{#preview}}{{>setup-preview}}{{/preview}}</div></fieldset>
        <fieldset><legend>2. How Deskpipe gets in</legend>
        {{#wayProblem}}<p class="wrong">{{>said}}</p>{{/wayProblem}}
        {{^takesSecrets}}<p>No secret is taken here: extractors read it where you put it. The next page says where.</p>{{/takesSecrets}}
        {{#ways}}<div class="card way"><div class="choice"><input type="radio" id="way-{{.value}}" name="auth" value="{{.value}}"\
        {{#.isChosen}} checked{{/.isChosen}}><label for="way-{{.value}}"><strong>{{.title}}</strong> — {{.note}}\
        {{#.ends}} <span class="pill warning">ends {{.}}</span>{{/.ends}}</label></div>
        <div class="inside">{{#.hasSteps}}<details><summary>Where to make it in Zendesk</summary><ol>{{#.steps}}<li>{{.}}</li>{{/.steps}}</ol></details>{{/.hasSteps}}
        {{#.fields}}{{>field}}{{/.fields}}</div></div>{{/ways}}</fieldset>
        <fieldset><legend>3. From when, and how often</legend>{{#startDate}}{{>field}}{{/startDate}}
        {{#schedule}}{{>schedule-fields}}{{/schedule}}</fieldset>
        <fieldset><legend>4. What is read</legend><p class="hint">The usual tables are chosen.</p>{{#selection}}{{>selection-fields}}{{/selection}}</fieldset>
        <p><button class="main" name="step" value="check">{{#takesSecrets}}Check and connect{{/takesSecrets}}\
        {{^takesSecrets}}Show what to do{{/takesSecrets}}</button></p></form>
        {{/content}}{{/main}}{{/layout}}
        """

    /// A ``SetupPreview``.
    static let setupPreview = """
        <dl class="facts">
        <dt>Connects to</dt><dd>{{#.host}}<code>{{.}}</code>{{/.host}}{{^.host}}<span class="soft">the site that you name</span>{{/.host}}\
        {{#.hostProblem}} <span class="error-text">{{>said}}</span>{{/.hostProblem}}</dd>
        <dt>Tables go to</dt><dd>{{#.schema}}the schema <code>{{.}}</code>{{/.schema}}\
        {{#.schemaProblem}} <span class="error-text">{{>said}}</span>{{/.schemaProblem}}</dd>
        <dt>Runs</dt><dd>{{#.schedule}}{{>said}}{{/.schedule}}{{#.scheduleProblem}} <span class="error-text">{{>said}}</span>{{/.scheduleProblem}}
        {{#.schedule}}<div class="small">The next starts:<ul>{{#next}}<li>{{>time}}</li>{{/next}}</ul></div>{{/.schedule}}</dd></dl>
        """

    /// ``ScheduleFields``.
    static let scheduleFields = """
        <div role="group" aria-labelledby="frequency-title"><div class="field"><strong id="frequency-title">How often</strong>
        {{#.problem}}<p class="wrong">{{>said}}</p>{{/.problem}}</div>
        <div class="choice"><input type="radio" id="f-interval" name="frequency" value="interval" data-previewed\
        {{#isInterval}} checked{{/isInterval}}><div><label for="f-interval">So often</label>
        <label class="unseen" for="i-every">Interval</label><select id="i-every" name="interval.every" data-previewed>
        {{#intervals}}<option{{#isChosen}} selected{{/isChosen}}>{{value}}</option>{{/intervals}}</select></div></div>
        <div class="choice"><input type="radio" id="f-anchor" name="frequency" value="anchor" data-previewed\
        {{#isAnchor}} checked{{/isAnchor}}><div><label for="f-anchor">At a time of day (UTC), and so often before and after it</label>
        <label class="unseen" for="a-every">Interval</label><select id="a-every" name="anchor.every" data-previewed>
        {{#anchored}}<option{{#isChosen}} selected{{/isChosen}}>{{value}}</option>{{/anchored}}</select>
        <label class="unseen" for="a-anchor">Time of day in UTC</label>
        <input type="time" id="a-anchor" name="anchor.anchor" value="{{anchor}}" data-previewed></div></div>
        <div class="choice"><input type="radio" id="f-cron" name="frequency" value="cron" data-previewed\
        {{#isCron}} checked{{/isCron}}><div><label for="f-cron">By a cron expression (Quartz, UTC), such as <code>0 0 3 * * ?</code></label>
        <label class="unseen" for="c-cron">Cron expression</label>
        <input type="text" id="c-cron" name="cron.cron" value="{{cron}}" spellcheck="false" data-previewed></div></div></div>
        """

    /// ``SelectionFields``.
    static let selectionFields = """
        {{#.problem}}<p class="wrong">{{>said}}</p>{{/.problem}}{{#.columnProblem}}<p class="wrong">{{>said}}</p>{{/.columnProblem}}
        <p class="hint">Columns that you leave out are cut before they are stored anywhere.</p>
        <div class="choices">{{#usual}}{{>stream-choice}}{{/usual}}</div>
        <details id="more-streams"><summary>More streams</summary><div class="choices">{{#others}}{{>stream-choice}}{{/others}}</div></details>
        """

    /// A ``SelectionFields/Stream``.
    static let streamChoice = """
        <div><div class="choice"><input type="checkbox" id="s-{{.name}}" name="stream" value="{{.name}}"{{#.isSelected}} checked{{/.isSelected}}>
        <label for="s-{{.name}}">{{.name}}{{#.note}} <span class="soft small">{{.}}</span>{{/.note}}</label></div>
        {{#.hasColumns}}<details class="small"><summary class="soft">Columns{{#.left}} ({{.}}){{/.left}}<span class="unseen"> of {{.name}}</span></summary>
        <p class="hint">Leave out:</p>{{#columns}}<div class="choice"><input type="checkbox" id="x-{{value}}" name="exclude" value="{{value}}"\
        {{#isLeft}} checked{{/isLeft}}><label for="x-{{value}}">{{path}}</label></div>{{/columns}}</details>{{/.hasColumns}}</div>
        """
}
