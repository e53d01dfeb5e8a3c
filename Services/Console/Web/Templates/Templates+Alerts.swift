extension Templates {
    static let alerts = """
        {{<layout}}{{$main}}{{#content}}<div id="alerts" data-live>
        {{^hasOpen}}<section class="card empty"><h2>Nothing is wrong</h2>
        <p>Failing runs, logins and loads, tables behind schedule and rejected records appear here.</p></section>{{/hasOpen}}
        {{#open}}{{>alert}}{{/open}}
        {{#hasResolved}}<h2>Resolved</h2>{{/hasResolved}}
        {{#resolved}}{{>alert}}{{/resolved}}
        </div>{{/content}}{{/main}}{{/layout}}
        """

    /// An ``AlertLine``.
    static let alert = """
        <section class="card"><h2>{{#badge}}<span class="pill {{tone}}">{{text}}</span>{{/badge}} {{title}}\
        {{#connection}} · <a href="{{href}}">{{.}}</a>{{/connection}}</h2>
        <p>{{#meaning}}{{>said}}{{/meaning}}</p>{{#action}}<p><strong>What to do:</strong> {{>said}}</p>{{/action}}
        <p class="soft small">since {{#since}}{{>time}}{{/since}}\
        {{#resolvedAt}}, until {{>time}}{{/resolvedAt}}</p></section>
        """
}
