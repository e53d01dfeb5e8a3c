extension Templates {
    static let setupResult = """
        {{<layout}}{{$main}}{{#content}}{{#findings}}{{>findings}}{{/findings}}
        {{#isMade}}<p>{{name}} is connected. Its first run begins now; rows arrive within minutes.</p>
        <p><a class="button main" href="{{href}}">Watch it</a></p>{{/isMade}}
        {{^isMade}}<p>Nothing was connected. Mend what is marked as a problem, go back, and send the form again.</p>
        <p><a class="button" href="{{again}}">Begin again</a></p>{{/isMade}}
        {{/content}}{{/main}}{{/layout}}
        """

    static let setupSteps = """
        {{<layout}}{{$main}}{{#content}}
        <p>The console of a cluster takes no secret. Do this where the cluster's files are:</p>
        <h2>Add the connection to the configuration</h2><pre tabindex="0"><code>{{yaml}}</code></pre>
        {{#secret}}<h2>Give the secrets to the extractors</h2><pre tabindex="0"><code>{{.}}</code></pre>{{/secret}}
        <h2>Publish it</h2><pre tabindex="0"><code>deskpipe apply</code></pre>
        {{#login}}<h2>Let an admin sign in</h2><pre tabindex="0"><code>{{.}}</code></pre>{{/login}}
        <p>The connection then appears under <a href="/">Connections</a>; its Check button has the extractor try it.</p>
        {{/content}}{{/main}}{{/layout}}
        """
}
