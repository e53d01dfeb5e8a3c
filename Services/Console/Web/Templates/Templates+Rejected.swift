extension Templates {
    static let rejected = """
        {{<layout}}{{$main}}{{#content}}<div id="rejected" data-live>
        {{^hasRecords}}<section class="card empty"><h2>Nothing was rejected</h2>
        <p>A record that cannot be loaded is set aside here with the reason; the others go on.</p></section>{{/hasRecords}}
        {{#hasRecords}}<p>{{total}} in 30 days. They are also in the table <code>_sdc_rejected</code>; when the reason is gone, \
        load them again: <code>{{replay}}</code></p>
        <div class="scroll"><table class="stack"><caption>Reasons, the most frequent first</caption><thead><tr>
        <th scope="col">Reason</th><th scope="col">Table</th><th scope="col" class="number">Records</th>
        <th scope="col">First</th><th scope="col">Last</th></tr></thead><tbody>
        {{#reasons}}<tr><th scope="row" class="wide">{{#.reason}}{{>said}}{{/.reason}}</th><td data-name="Table">{{.table}}</td>
        <td class="number" data-name="Records">{{.count}}</td><td data-name="First">{{#firstAt}}{{>time}}{{/firstAt}}</td>
        <td data-name="Last">{{#lastAt}}{{>time}}{{/lastAt}}</td></tr>{{/reasons}}</tbody></table></div>
        <div class="scroll"><table class="stack"><caption>The newest records</caption><thead><tr>
        <th scope="col">Rejected</th><th scope="col">Table</th><th scope="col">Reason</th><th scope="col">Where it is</th>
        <th scope="col" class="number">Size</th>{{#isOperator}}<th scope="col">Content</th>{{/isOperator}}</tr></thead><tbody>
        {{#records}}<tr><th scope="row">{{#rejectedAt}}{{>time}}{{/rejectedAt}}</th><td data-name="Table">{{.table}}</td>
        <td class="wide">{{#.reason}}{{>said}}{{/.reason}}</td><td class="small" data-name="Where"><code>{{.place}}</code></td>
        <td class="number" data-name="Size">{{.bytes}}</td>
        {{#isOperator}}<td><a href="{{.href}}">Show<span class="unseen"> the record at {{.place}}</span></a></td>{{/isOperator}}
        </tr>{{/records}}</tbody></table></div>{{/hasRecords}}</div>{{/content}}{{/main}}{{/layout}}
        """

    static let rejectedRecord = """
        {{<layout}}{{$main}}{{#content}}<p><a href="{{back}}">All rejected records</a></p>
        <h2>A rejected record</h2>{{#isCut}}<p class="soft">It is longer than what is shown; the table \
        <code>_sdc_rejected</code> has it.</p>{{/isCut}}
        <pre tabindex="0" aria-label="The record's content"><code>{{.content}}</code></pre>{{/content}}{{/main}}{{/layout}}
        """

    static let schema = """
        {{<layout}}{{$main}}{{#content}}<div id="schema" data-live>
        {{^hasChanges}}<section class="card empty"><h2>No change yet</h2>
        <p>Tables and columns that loads add to the schema <code>{{schema}}</code> appear here. Columns are never altered or \
        dropped.</p></section>{{/hasChanges}}
        {{#hasChanges}}<ol class="timeline" aria-label="Schema changes, the newest first">
        {{#changes}}<li><p class="soft small">{{#at}}{{>time}}{{/at}}</p><section class="card"><h2>{{.table}}</h2>
        <ul>{{#.changes}}<li><code>{{.}}</code></li>{{/.changes}}</ul></section></li>{{/changes}}</ol>{{/hasChanges}}
        </div>{{/content}}{{/main}}{{/layout}}
        """

    static let usage = """
        {{<layout}}{{$main}}{{#content}}
        {{#hasTenants}}<form class="row field" method="get" action="/usage">
        <div><label for="tenant">Tenant</label><select id="tenant" name="tenant"><option value="">All tenants</option>
        {{#tenants}}<option value="{{value}}"{{#isChosen}} selected{{/isChosen}}>{{value}}</option>{{/tenants}}
        </select></div><button>Show</button></form>{{/hasTenants}}
        <div id="usage" data-live>
        {{#limit}}<section class="card"><h2>Row limit</h2><div class="progress">{{{.bar}}} {{.text}}</div>
        {{#isWarning}}<p class="error-text">90% of <code>console.row_limit</code> is reached.</p>{{/isWarning}}</section>{{/limit}}
        <div class="cards"><section class="card"><h2>These 30 days</h2><div class="figure">{{total}}</div></section>
        <section class="card"><h2>The 30 days before</h2><div class="figure">{{previous}}</div></section></div>
        {{^hasTables}}<section class="card empty"><h2>No row yet</h2><p>Rows count when they are loaded: those of a table and of \
        its sub-tables, those of repeats too.</p></section>{{/hasTables}}
        {{#hasTables}}<section class="card"><h2>Rows per day</h2><div class="chart-box" role="group" aria-label="Chart" tabindex="0">{{{chart}}}</div></section>
        <div class="scroll"><table class="stack"><caption>Tables, the largest first</caption><thead><tr>
        <th scope="col">Table</th><th scope="col" class="number">Rows, 30 days</th><th scope="col" class="number">Share</th>
        <th scope="col" class="number">of them in sub-tables</th><th scope="col" class="number">Today</th></tr></thead><tbody>
        {{#tables}}<tr><th scope="row"><a href="{{.href}}">{{.table}}</a><div class="soft small">{{.connection}}</div></th>
        <td class="number" data-name="Rows, 30 days">{{.total}}</td><td class="number" data-name="Share">{{.share}}</td>
        <td class="number" data-name="In sub-tables">{{.subRows}}</td><td class="number" data-name="Today">{{.today}}</td>
        </tr>{{/tables}}</tbody></table></div>{{/hasTables}}</div>{{/content}}{{/main}}{{/layout}}
        """
}
