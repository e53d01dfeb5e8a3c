extension Templates {
    static let layout = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{title}} · Deskpipe</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/assets/style.css">
        <script src="/assets/console.js" defer></script>
        {{$head}}{{/head}}
        </head>
        <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top"><div class="top-in">
        <a class="brand" href="/"><img src="/assets/icon.svg" alt="">Deskpipe</a>
        <nav aria-label="Console"><ul>
        {{#navigation}}<li><a href="{{href}}"{{#isCurrent}} aria-current="page"{{/isCurrent}}>{{name}}</a></li>{{/navigation}}
        </ul></nav>
        <div class="who">{{#isLive}}<span id="live-state" role="status"></span>{{/isLive}}
        {{#canSignOut}}<span>{{role}}</span><form method="post" action="/logout">
        <input type="hidden" name="form_token" value="{{formToken}}"><button class="plain">Sign out</button></form>{{/canSignOut}}
        </div></div></header>
        <main id="main" tabindex="-1">
        {{#isAboutConnection}}<nav class="crumbs" aria-label="Where you are"><ol><li><a href="/">Connections</a></li>\
        <li>{{connectionKey}}</li></ol></nav>{{/isAboutConnection}}
        <div class="head"><h1>{{title}}</h1>{{$badge}}{{/badge}}</div>
        {{#isAboutConnection}}<nav class="tabs" aria-label="This connection"><ul>
        {{#tabs}}<li><a href="{{href}}"{{#isCurrent}} aria-current="page"{{/isCurrent}}>{{name}}</a></li>{{/tabs}}
        </ul></nav>{{/isAboutConnection}}
        {{#notice}}<div class="notice {{tone}}" role="{{.role}}"{{#isPassing}} data-passing{{/isPassing}}><p>{{text}}</p></div>{{/notice}}
        {{$main}}{{/main}}
        </main>
        <footer class="foot">
        {{#terminal}}<p>The same in the terminal: <code>{{.}}</code></p>{{/terminal}}
        {{#json}}<p>The same for programs: <a href="{{.}}">{{.}}</a></p>{{/json}}
        </footer>
        </body>
        </html>

        """
}
