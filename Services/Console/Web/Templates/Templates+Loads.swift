extension Templates {
    static let loads = """
        {{<layout}}{{$main}}{{#content}}<div id="loads" data-live>
        {{^hasTables}}<section class="card empty"><h2>No table yet</h2><p>Tables appear with the first load.</p></section>{{/hasTables}}
        {{#hasTables}}<div class="scroll"><table class="stack"><caption>Tables to replicate</caption><thead>
        <tr><th scope="col">Table</th><th scope="col">Max bookmark</th><th scope="col">Time extracted</th>
        <th scope="col" class="number">Rows, 24 hours</th><th scope="col" class="number">Rows, these 30 days</th>
        <th scope="col" class="number">the 30 days before</th></tr></thead><tbody>
        {{#tables}}<tr><th scope="row"><a href="{{.href}}">{{.name}}</a>{{#.note}} <span class="soft small">{{.}}</span>{{/.note}}
        {{#.rowsToLoad}}<div class="soft small">{{.}}</div>{{/.rowsToLoad}}
        {{#.failure}}<div class="small"><span class="pill bad">Error</span> since {{#since}}{{>time}}{{/since}}</div>
        <div class="small error-text wide">{{#error}}{{>said}}{{/error}}</div>{{/.failure}}
        {{#.subtableCount}}<details id="{{id}}"><summary class="small soft">{{.}}</summary>
        <ul class="small">{{#subtables}}<li>{{.name}}: {{#.rows}}{{day}} in 24 hours, {{this}} this 30 days, {{previous}} \
        previous{{/.rows}}</li>{{/subtables}}</ul></details>{{/.subtableCount}}</th>
        <td data-name="Max bookmark" class="small">{{#.bookmark}}{{.}}{{/.bookmark}}{{^.bookmark}}<span class="soft">unavailable</span>\
        {{/.bookmark}}</td>
        <td data-name="Extracted">{{#.extractedAt}}{{>time}}{{/.extractedAt}}{{^.extractedAt}}<span class="soft">not yet</span>\
        {{/.extractedAt}}</td>
        {{#.rows}}<td class="number" data-name="24 hours">{{day}}</td><td class="number" data-name="This 30 days">{{this}}</td>
        <td class="number" data-name="Previous 30 days">{{previous}}</td>{{/.rows}}</tr>{{/tables}}
        </tbody></table></div>{{/hasTables}}</div>{{/content}}{{/main}}{{/layout}}
        """

    static let tableLoads = """
        {{<layout}}{{$main}}{{#content}}
        <h2>{{table}}</h2><p><a href="{{back}}">All tables</a></p>
        {{#picker}}{{>day-picker}}{{/picker}}
        <div id="table-loads" data-live>
        {{^hasRows}}<section class="card empty"><h2>No load on this day</h2><p>Choose another day.</p></section>{{/hasRows}}
        {{#hasRows}}<section class="card"><h2>Rows of each load</h2><p class="soft">{{totals}}</p>
        <div class="chart-box" role="group" aria-label="Chart" tabindex="0">{{{chart}}}</div><div class="legend"><span><span class="key good"></span>success</span>\
        <span><span class="key bad"></span>error</span></div></section>
        {{#isCut}}<p class="soft">Only the newest loads of the day are listed.</p>{{/isCut}}
        <div class="scroll"><table class="stack"><caption>Loads, the newest first</caption><thead><tr>
        <th scope="col">Completed</th><th scope="col">Status</th><th scope="col">Max bookmark</th>
        <th scope="col" class="number">Rows loaded</th><th scope="col" class="number">Duration</th></tr></thead><tbody>
        {{#rows}}<tr><th scope="row">{{#completedAt}}{{>time}}{{/completedAt}}</th>
        <td>{{#badge}}<span class="pill {{tone}}">{{text}}</span>{{/badge}}{{#.replay}} <span class="small soft">{{.}}</span>{{/.replay}}
        {{#.error}}<details><summary class="small">Show the message</summary><div class="small error-text">{{>said}}</div></details>{{/.error}}</td>
        <td class="small" data-name="Max bookmark">{{#.bookmark}}{{.}}{{/.bookmark}}{{^.bookmark}}<span class="soft">unavailable</span>\
        {{/.bookmark}}</td>
        <td class="number" data-name="Rows loaded">{{.rows}}{{#.rejected}}<div class="small error-text">{{.}}</div>{{/.rejected}}</td>
        <td class="number" data-name="Duration">{{duration}}</td></tr>{{/rows}}</tbody></table></div>{{/hasRows}}
        </div>{{/content}}{{/main}}{{/layout}}
        """
}
