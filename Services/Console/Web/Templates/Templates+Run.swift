extension Templates {
    static let run = """
        {{<layout}}{{$main}}{{#content}}
        <p><a href="{{runs}}">All runs</a></p>
        <h2>Log of the run {{run}}</h2>
        <div id="run" data-live>{{#row}}<section class="card"><dl class="facts">
        <dt>Started</dt><dd>{{#startedAt}}{{>time}}{{/startedAt}}, {{trigger}}</dd>
        <dt>Status</dt><dd>{{#badge}}<span class="pill {{tone}}">{{text}}</span>{{/badge}} {{duration}}
        {{#.error}}<div class="error-text">{{>said}}</div>{{/.error}}{{#.hint}}<div>{{>said}}</div>{{/.hint}}</dd>
        <dt>Records</dt><dd>{{records}}{{#.rejected}}, {{.}}{{/.rejected}}; {{requests}} requests</dd>
        {{#.hasTroubles}}<dt>Streams</dt><dd><ul>{{#.troubles}}<li>{{>said}}</li>{{/.troubles}}</ul></dd>{{/.hasTroubles}}
        </dl></section>{{/row}}</div>
        <form class="row field" method="get" action="{{path}}" role="search"><div><label for="level">Level</label>
        <select id="level" name="level">{{#levels}}<option value="{{value}}"{{#isChosen}} selected{{/isChosen}}>{{name}}</option>\
        {{/levels}}</select></div><div><label for="search">Search</label>\
        <input type="search" id="search" name="search" value="{{search}}" maxlength="200"></div><button>Show</button>
        <a class="button" href="{{download}}" download>Download</a><a class="button" href="{{downloadJSON}}" download>as JSON</a></form>
        {{#hasLines}}<p class="soft small">{{count}} lines</p>{{/hasLines}}
        {{^hasLines}}<section class="card empty">{{#isFiltered}}<p>No line is like that. <a href="{{path}}">Show all</a></p>{{/isFiltered}}\
        {{^isFiltered}}<p>This run has said nothing yet, or its log is older than 60 days.</p>{{/isFiltered}}</section>{{/hasLines}}
        <ol class="log" aria-label="Log" tabindex="0"{{#follow}} data-follow="{{.}}"{{/follow}}>{{#lines}}{{>log-line}}{{/lines}}</ol>
        {{/content}}{{/main}}{{/layout}}
        """

    /// A ``RunPage/Line``.
    static let logLine = """
        <li class="{{level}}">{{#time}}{{>time}}{{/time}} <span class="level">{{levelName}}</span> \
        {{#stream}}<strong>{{.}}</strong> {{/stream}}{{#parts}}{{#isFound}}<mark>{{text}}</mark>{{/isFound}}{{^isFound}}{{text}}{{/isFound}}\
        {{/parts}}</li>
        """
}
