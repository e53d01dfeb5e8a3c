extension Templates {
    /// A ``DayPicker``.
    static let dayPicker = """
        <form class="row field" method="get" action="{{path}}"><div><label for="day">Day (UTC)</label>\
        <input type="date" id="day" name="day" value="{{day}}" required></div><button>Show</button>
        {{#before}}<a class="button" href="{{href}}" rel="prev">← {{day}}</a>{{/before}}
        {{#after}}<a class="button" href="{{href}}" rel="next">{{day}} →</a>{{/after}}</form>
        """

    static let extractions = """
        {{<layout}}{{$main}}{{#content}}
        {{#picker}}{{>day-picker}}{{/picker}}
        <div id="runs" data-live>
        {{^hasRows}}<section class="card empty"><h2>No run began on this day</h2>
        <p>Choose another day, or run the connection now on its <a href="{{summary}}">summary</a>.</p></section>{{/hasRows}}
        {{#hasRows}}<section class="card"><h2>Duration of each run</h2><div class="chart-box" role="group" aria-label="Chart" tabindex="0">{{{chart}}}</div>
        <div class="legend"><span><span class="key good"></span>succeeded</span><span><span class="key warning"></span>partial</span>\
        <span><span class="key bad"></span>failed</span><span><span class="key busy"></span>running</span>\
        <span><span class="key quiet"></span>stopped</span></div></section>
        <div class="scroll"><table class="stack"><caption>Runs, the newest first</caption><thead><tr>
        <th scope="col">Started</th><th scope="col">Status</th><th scope="col" class="number">Duration</th>
        <th scope="col" class="number">Records</th><th scope="col" class="number">Requests</th>
        <th scope="col" class="number">Throttled</th><th scope="col">Log</th></tr></thead><tbody>
        {{#rows}}<tr><th scope="row" class="nowrap">{{#startedAt}}{{>time}}{{/startedAt}}<div class="soft small">{{trigger}}</div></th>
        <td>{{#badge}}<span class="pill {{tone}}">{{text}}</span>{{/badge}}
        {{#.error}}<div class="small error-text">{{>said}}</div>{{/.error}}{{#.hint}}<div class="small">{{>said}}</div>{{/.hint}}
        {{#.skipped}}<div class="small soft">{{.}}</div>{{/.skipped}}
        {{#.hasTroubles}}<ul class="small">{{#.troubles}}<li>{{>said}}</li>{{/.troubles}}</ul>{{/.hasTroubles}}</td>
        <td class="number" data-name="Duration">{{duration}}</td>
        <td class="number" data-name="Records">{{records}}{{#.rejected}}<div class="small error-text">{{.}}</div>{{/.rejected}}</td>
        <td class="number" data-name="Requests">{{requests}}</td><td class="number" data-name="Throttled">{{throttled}}</td>
        <td><a href="{{href}}">Log<span class="unseen"> of the run started {{#startedAt}}{{utc}}{{/startedAt}}</span></a></td>
        </tr>{{/rows}}</tbody></table></div>{{/hasRows}}</div>{{/content}}{{/main}}{{/layout}}
        """
}
