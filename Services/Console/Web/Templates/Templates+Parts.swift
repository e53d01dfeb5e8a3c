extension Templates {
    /// A ``Moment``.
    static let time = """
        <time datetime="{{iso}}" title="{{utc}}" class="{{style}}">{{utc}}</time>
        """

    /// A ``Said``.
    static let said = """
        {{#.parts}}{{#.isCode}}<code>{{.text}}</code>{{/.isCode}}{{^.isCode}}{{.text}}{{/.isCode}}{{/.parts}}
        """

    /// A page that says one thing: that something is not so, or what to do next.
    static let message = """
        {{<layout}}{{$head}}{{#content.goesTo}}<meta http-equiv="refresh" content="{{content.seconds}}; url={{.}}">\
        {{/content.goesTo}}{{#content.isAskedAgain}}<meta http-equiv="refresh" content="2">{{/content.isAskedAgain}}\
        {{/head}}
        {{$main}}{{#content}}<section class="card empty"><p>{{#.text}}{{>said}}{{/.text}}</p>
        {{#link}}<p><a class="button" href="{{href}}">{{name}}</a></p>{{/link}}</section>{{/content}}{{/main}}{{/layout}}
        """

    static let login = """
        {{<layout}}{{$main}}{{#content}}<section class="card">
        <form method="post" action="/login">
        <div class="field"><label for="token">Access token</label>
        <p class="hint" id="token-hint">One of the tokens of the setting <code>console.tokens</code>. It is kept in no \
        cookie: the browser gets a session that ends after 12 hours.</p>
        {{#wrong}}<p class="wrong" id="token-wrong" role="alert">{{.}}</p>{{/wrong}}
        <input type="password" id="token" name="token" autocomplete="current-password" required autofocus
        aria-describedby="token-hint"{{#wrong}} aria-invalid="true"{{/wrong}}></div>
        <button class="main">Sign in</button></form></section>{{/content}}{{/main}}{{/layout}}
        """
}
