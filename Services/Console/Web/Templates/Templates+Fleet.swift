extension Templates {
    static let fleet = """
        {{<layout}}{{$badge}}{{#content}}<span id="fleet-counts" data-live>{{#counts}}<span class="pill {{tone}}">{{text}}</span> \
        {{/counts}}</span>{{/content}}{{/badge}}
        {{$main}}{{#content}}
        {{#hasTenants}}<form class="row field" method="get" action="/">
        <div><label for="tenant">Tenant</label><select id="tenant" name="tenant">
        <option value="">All tenants</option>
        {{#tenants}}<option value="{{value}}"{{#isChosen}} selected{{/isChosen}}>{{value}}</option>{{/tenants}}
        </select></div><button>Show</button></form>{{/hasTenants}}
        <div id="fleet" data-live>
        {{#hasRows}}<div class="scroll"><table class="stack">
        <caption class="unseen">Connections, those that need a person first</caption>
        <thead><tr><th scope="col">Connection</th><th scope="col">State</th><th scope="col">Loaded as of</th>
        <th scope="col" class="number">Rows today</th><th scope="col">Next run</th></tr></thead><tbody>
        {{#rows}}<tr>
        <th scope="row"><a href="{{href}}">{{name}}</a><div class="soft small">{{key}} · {{source}}</div></th>
        <td>{{#badge}}<span class="pill {{tone}}">{{text}}</span>{{/badge}}
        {{#alerts}}<a class="small" href="{{href}}">{{.}}</a>{{/alerts}}
        {{#problem}}<div class="small wide">{{>said}}</div>{{/problem}}
        {{#progress}}<div class="progress small">{{{bar}}} <span class="soft">{{text}}</span></div>{{/progress}}
        {{#rowsToLoad}}<div class="small soft">{{.}}</div>{{/rowsToLoad}}</td>
        <td data-name="Loaded as of">{{#asOf}}{{>time}}{{/asOf}}<div class="small {{#isLate}}error-text{{/isLate}}\
        {{^isLate}}soft{{/isLate}}">{{age}}</div></td>
        <td class="number" data-name="Rows today">{{rowsToday}}</td>
        <td data-name="Next run">{{#nextRun}}{{>time}}{{/nextRun}}{{^nextRun}}<span class="soft">{{noNextRun}}</span>{{/nextRun}}</td>
        </tr>{{/rows}}</tbody></table></div>{{/hasRows}}
        {{^hasRows}}<section class="card empty">
        {{#hasChosenTenant}}<h2>This tenant has no connection</h2><p><a href="/">Show all tenants</a></p>{{/hasChosenTenant}}
        {{^hasChosenTenant}}<h2>No connection yet</h2>
        <p>Connect Zendesk Support or Zendesk Chat, and its tables appear here.</p>
        {{#isOperator}}<p><a class="button main" href="/setup">Set up a connection</a></p>{{/isOperator}}
        <p>In the terminal: <code>deskpipe init</code></p>{{/hasChosenTenant}}
        </section>{{/hasRows}}</div>{{/content}}{{/main}}{{/layout}}
        """
}
