extension Templates {
    static let connection = """
        {{<layout}}{{$badge}}{{#content}}<span id="badge" data-live>{{#badge}}<span class="pill {{tone}}">{{text}}</span>{{/badge}}\
        </span><span class="soft">{{source}} → schema <code>{{schema}}</code></span>{{/content}}{{/badge}}
        {{$main}}{{#content}}
        <div id="summary" data-live>
        {{#problem}}<div class="notice warning"><p>{{>said}}</p></div>{{/problem}}
        {{#hasAlerts}}<section aria-label="Alerts">{{#alerts}}{{>alert}}{{/alerts}}</section>{{/hasAlerts}}
        {{#isAsked}}<div class="notice" role="status"><p>A run was asked for; it begins as soon as the extractor takes it up.</p>\
        </div>{{/isAsked}}
        {{#loading}}<div class="notice" role="status"><p>{{.}}</p></div>{{/loading}}
        {{#run}}<section class="card" aria-label="The run in progress"><h2>Run in progress</h2>
        {{#progress}}<div class="progress">{{{bar}}} {{text}}</div>{{/progress}}
        <p class="soft small">started {{#startedAt}}{{>time}}{{/startedAt}}, {{trigger}}\
        {{#estimatedEnd}}; ends about {{>time}}{{/estimatedEnd}}\
        {{#throttled}}; waited {{.}} for Zendesk's rate limits{{/throttled}} · <a href="{{href}}">Log</a></p>
        {{#waiting}}<p><span class="pill warning">Waiting</span> {{reason}}, until {{#until}}{{>time}}{{/until}}</p>{{/waiting}}
        </section>{{/run}}
        <div class="cards">
        <section class="card"><h2>Last extraction</h2>{{#lastRun}}
        <div class="figure">{{#startedAt}}{{>time}}{{/startedAt}}</div>
        <p>{{#badge}}<span class="pill {{tone}}">{{text}}</span>{{/badge}} {{text}} · <a href="{{href}}">Log</a></p>
        {{#error}}<p class="error-text">{{>said}}</p>{{/error}}{{#hint}}<p>{{>said}}</p>{{/hint}}{{/lastRun}}
        {{^lastRun}}<div class="figure">None yet</div>{{/lastRun}}</section>
        <section class="card"><h2>Next extraction</h2><div class="figure">{{#nextRun}}{{>time}}{{/nextRun}}\
        {{^nextRun}}{{noNextRun}}{{/nextRun}}</div></section>
        <section class="card"><h2>Loaded as of</h2><div class="figure">{{#asOf}}{{>time}}{{/asOf}}{{^asOf}}Not yet{{/asOf}}</div>
        <p class="{{#isLate}}error-text{{/isLate}}{{^isLate}}soft{{/isLate}}">{{age}}</p></section>
        <section class="card"><h2>Rows to be loaded</h2><div class="figure">{{rowsToLoad}}</div>
        {{#tablesToLoad}}<p class="soft">in {{.}}</p>{{/tablesToLoad}}</section>
        <section class="card"><h2>Last load</h2>{{#lastLoad}}<div class="figure">{{#at}}{{>time}}{{/at}}</div>
        <p><a href="{{href}}">{{text}}</a></p>{{/lastLoad}}{{^lastLoad}}<div class="figure">None yet</div>{{/lastLoad}}</section>
        <section class="card"><h2>Rows today</h2><div class="figure">{{rowsToday}}</div><p class="soft">since 00:00 UTC</p></section>
        </div></div>
        {{#isOperator}}\(connectionActions){{/isOperator}}
        <div id="check" data-live>{{#isCheckAsked}}<p class="notice" role="status">A check is under way.</p>{{/isCheckAsked}}
        {{#.check}}<section class="card"><h2>Last check by the extractor {{#.isGood}}<span class="pill good">OK</span>{{/.isGood}}\
        {{^.isGood}}<span class="pill bad">Problem</span>{{/.isGood}}</h2><p class="soft small">{{#.at}}{{>time}}{{/.at}}</p>
        <details id="check-findings"><summary>What was tried</summary>{{#.findings}}{{>findings}}{{/.findings}}</details></section>{{/.check}}</div>
        <h2 id="streams-title">Streams</h2>
        <div id="streams" data-live><div class="scroll"><table class="stack" aria-labelledby="streams-title"><thead><tr>
        <th scope="col">Stream</th><th scope="col">State</th><th scope="col">Loaded as of</th>
        <th scope="col" class="number">Records of the run</th><th scope="col" class="number">To be loaded</th></tr></thead><tbody>
        {{#streams}}<tr id="{{.id}}"><th scope="row">{{.name}}</th>
        <td>{{#badge}}<span class="pill {{tone}}">{{text}}</span>{{/badge}}
        {{#.parkedSince}}<span class="soft small">since {{>time}}</span>{{/.parkedSince}}
        {{#.reason}}<div class="small wide">{{>said}}</div>{{/.reason}}{{#.hint}}<div class="small wide soft">{{>said}}</div>{{/.hint}}
        {{#.progress}}<div class="progress small">{{{.}}}</div>{{/.progress}}
        {{#.progressText}}<div class="soft small">{{.}}</div>{{/.progressText}}</td>
        <td data-name="Loaded as of">{{#.asOf}}{{>time}}{{/.asOf}}{{#.isLate}} <span class="pill warning">late</span>{{/.isLate}}</td>
        <td class="number" data-name="Records">{{.records}}{{#.rejected}}<div class="small error-text">{{.}}</div>{{/.rejected}}</td>
        <td class="number" data-name="To be loaded">{{.rowsToLoad}}</td></tr>{{/streams}}
        </tbody></table></div></div>{{/content}}{{/main}}{{/layout}}
        """

    private static let connectionActions = """
        <section class="card" aria-labelledby="actions-title"><h2 id="actions-title">Tell it what to do</h2>
        {{#actions}}<div class="actions" id="actions" data-live>
        {{#buttons}}<form method="post" action="{{path}}"><input type="hidden" name="form_token" value="{{formToken}}">
        <button name="command" value="{{command}}"{{#isMain}} class="main"{{/isMain}} aria-describedby="does-{{command}}">{{name}}\
        </button><span class="small soft" id="does-{{command}}">{{effect}}</span></form>{{/buttons}}</div>
        <details id="reset"><summary>Read again from Zendesk (reset)</summary>
        <p>The next run reads the stream again from the date on, or from the connection's start date. Rows are replaced where \
        they are the same record; the tables stay. It takes as many requests as a first reading, and its rows count again.</p>
        <form method="post" action="{{path}}"><input type="hidden" name="form_token" value="{{formToken}}">
        <div class="row"><div><label for="reset-stream">Stream</label><select id="reset-stream" name="stream">
        <option value="">All streams</option>{{#streams}}<option>{{.}}</option>{{/streams}}</select></div>
        <div><label for="reset-from">From (optional)</label><input type="date" id="reset-from" name="from"></div></div>
        <div class="choice"><input type="checkbox" id="reset-sure" name="sure" value="yes" required>
        <label for="reset-sure">I want this to be read again.</label></div>
        <button class="danger" name="command" value="reset">Reset</button></form></details>{{/actions}}</section>
        """
}
