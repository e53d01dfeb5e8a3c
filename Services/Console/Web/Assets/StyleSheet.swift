/// The console's one style sheet: light and dark as the system has it, from 360 pixels on.
enum StyleSheet {
    static let text = base + parts + charts

    private static let base = """
        :root {
          color-scheme: light dark;
          --page: #f6f7f9; --card: #ffffff; --ink: #16202c; --soft: #52606f; --line: #d9dfe6; --hover: #eef2f6;
          --accent: #0b5cad; --accent-ink: #ffffff; --focus: #0b5cad;
          --good: #14683a; --good-back: #e2f4e9; --busy: #0b5cad; --busy-back: #e3effb;
          --warning: #7a4b00; --warning-back: #fdf0d5; --bad: #a8201a; --bad-back: #fde7e5;
          --quiet: #52606f; --quiet-back: #e9edf1; --code: #f0f3f6;
          --bar-good: #2f9e62; --bar-busy: #2f80d8; --bar-warning: #d99413; --bar-bad: #d13c34; --bar-quiet: #94a1af;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --page: #10161d; --card: #18212b; --ink: #e6ebf0; --soft: #a3b0bd; --line: #2c3947; --hover: #202b37;
            --accent: #7db8f2; --accent-ink: #0c1620; --focus: #9ccaf7;
            --good: #7fd6a3; --good-back: #143323; --busy: #8fc3f7; --busy-back: #14304c;
            --warning: #f0c06a; --warning-back: #3a2a0b; --bad: #ff9e97; --bad-back: #451a18;
            --quiet: #a3b0bd; --quiet-back: #263240; --code: #111a23;
            --bar-good: #3fae72; --bar-busy: #4f9bec; --bar-warning: #d99a2b; --bar-bad: #e2574f; --bar-quiet: #66758a;
          }
        }
        *, *::before, *::after { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, -apple-system,
          "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
        a { color: var(--accent); text-underline-offset: 2px; }
        h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
        h2 { font-size: 1.1rem; margin: 0 0 .6rem; overflow-wrap: anywhere; }
        h3 { font-size: 1rem; margin: 1rem 0 .4rem; }
        p { margin: .4rem 0; }
        code, pre, kbd { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
          font-size: .87em; }
        code { background: var(--code); border-radius: 4px; padding: .1em .3em; overflow-wrap: anywhere; }
        pre { background: var(--code); border: 1px solid var(--line); border-radius: 8px; padding: .8rem; overflow-x: auto;
          margin: .5rem 0; }
        pre code { background: none; padding: 0; overflow-wrap: normal; }
        :focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 4px; }
        .skip { position: absolute; left: -999px; top: 0; background: var(--card); padding: .5rem 1rem; z-index: 2; }
        .skip:focus { left: .5rem; top: .5rem; }
        .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

        """

    private static let parts = """
        .top { background: var(--card); border-bottom: 1px solid var(--line); }
        .top-in { max-width: 1200px; margin: 0 auto; padding: .5rem 1rem; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem;
          align-items: center; }
        .brand { font-weight: 700; color: var(--ink); text-decoration: none; display: inline-flex; gap: .5rem;
          align-items: center; margin-right: .4rem; }
        .brand img { width: 22px; height: 22px; }
        .top ul, .tabs ul, .crumbs ol { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; }
        .top ul { gap: .1rem .3rem; }
        .top li a { display: block; padding: .35rem .6rem; border-radius: 6px; text-decoration: none; color: var(--ink); }
        .top li a:hover { background: var(--hover); }
        .top li a[aria-current] { background: var(--busy-back); color: var(--busy); font-weight: 600; }
        .who { margin-left: auto; display: flex; gap: .6rem; align-items: center; color: var(--soft); font-size: .87rem; }
        main { max-width: 1200px; margin: 0 auto; padding: 1rem; }
        .crumbs { font-size: .87rem; color: var(--soft); margin-bottom: .2rem; }
        .crumbs li:not(:last-child)::after { content: "/"; padding: 0 .4rem; color: var(--soft); }
        .head { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin-bottom: .8rem; }
        .head .pill { font-size: .9rem; }
        .tabs { border-bottom: 1px solid var(--line); margin-bottom: 1rem; overflow-x: auto; }
        .tabs ul { flex-wrap: nowrap; }
        .tabs a { display: block; padding: .5rem .8rem; text-decoration: none; color: var(--soft); white-space: nowrap;
          border-bottom: 3px solid transparent; }
        .tabs a:hover { color: var(--ink); }
        .tabs a[aria-current] { color: var(--ink); font-weight: 600; border-bottom-color: var(--accent); }
        .card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem; margin: 0 0 1rem; }
        .card > :last-child { margin-bottom: 0; }
        .cards { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr));
          margin-bottom: 1rem; }
        .cards .card { margin: 0; }
        .figure { font-size: 1.25rem; font-weight: 650; line-height: 1.3; overflow-wrap: anywhere; }
        .soft { color: var(--soft); }
        .small { font-size: .87rem; }
        .pill { display: inline-block; border-radius: 99px; padding: .05rem .6rem; font-size: .85rem; font-weight: 600;
          white-space: nowrap; background: var(--quiet-back); color: var(--quiet); }
        .pill.good { background: var(--good-back); color: var(--good); }
        .pill.busy { background: var(--busy-back); color: var(--busy); }
        .pill.warning { background: var(--warning-back); color: var(--warning); }
        .pill.bad { background: var(--bad-back); color: var(--bad); }
        .notice { border-radius: 8px; padding: .7rem 1rem; margin: 0 0 1rem; background: var(--busy-back); color: var(--busy); }
        .notice.good { background: var(--good-back); color: var(--good); }
        .notice.warning { background: var(--warning-back); color: var(--warning); }
        .notice.bad { background: var(--bad-back); color: var(--bad); }
        .notice a { color: inherit; }
        .notice p:first-child { margin-top: 0; } .notice p:last-child { margin-bottom: 0; }
        .empty { text-align: center; padding: 2.5rem 1rem; color: var(--soft); }
        .empty h2 { color: var(--ink); }
        .scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 10px; background: var(--card);
          margin-bottom: 1rem; }
        table { border-collapse: collapse; width: 100%; }
        caption { text-align: left; font-weight: 600; padding: .7rem .8rem .3rem; }
        th, td { text-align: left; padding: .5rem .8rem; border-bottom: 1px solid var(--line); vertical-align: top; }
        thead th { font-size: .82rem; color: var(--soft); font-weight: 600; white-space: nowrap; }
        tbody th { font-weight: 600; }
        tbody th .small, tbody th details { font-weight: 400; }
        tbody tr:last-child > * { border-bottom: 0; }
        tbody tr:hover { background: var(--hover); }
        .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        .nowrap { white-space: nowrap; }
        .wide { min-width: 16rem; overflow-wrap: anywhere; }
        .error-text { color: var(--bad); overflow-wrap: anywhere; white-space: pre-wrap; }
        details > summary { cursor: pointer; padding: .2rem 0; }
        tbody th > a { display: inline-block; min-height: 24px; }
        details ul { margin: .3rem 0 0; padding-left: 1.2rem; }
        button, .button { font: inherit; font-weight: 600; border: 1px solid var(--line); background: var(--card);
          color: var(--ink); border-radius: 8px; padding: .4rem .9rem; cursor: pointer; text-decoration: none;
          display: inline-block; min-height: 2.4rem; }
        button:hover, .button:hover { background: var(--hover); }
        button.main, .button.main { background: var(--accent); border-color: var(--accent); color: var(--accent-ink); }
        button.danger { color: var(--bad); border-color: var(--bad); }
        button.plain { border: 0; background: none; padding: 0; min-height: 0; color: var(--accent); text-decoration: underline; }
        .actions { display: grid; gap: .8rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 220px), 1fr)); }
        .actions form { display: flex; flex-direction: column; gap: .3rem; align-items: flex-start; }
        .row { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; }
        .field { margin: 0 0 1rem; }
        .field label, legend { font-weight: 600; display: block; margin-bottom: .2rem; }
        .field .hint { color: var(--soft); font-size: .87rem; margin: .2rem 0; }
        .field .wrong { color: var(--bad); font-size: .9rem; margin: .2rem 0; font-weight: 600; }
        fieldset { border: 1px solid var(--line); border-radius: 10px; padding: 1rem; margin: 0 0 1rem; background: var(--card);
          min-width: 0; }
        legend { padding: 0 .4rem; }
        input, select, textarea { font: inherit; color: var(--ink); background: var(--page); border: 1px solid var(--soft);
          border-radius: 8px; padding: .4rem .6rem; max-width: 100%; min-height: 2.4rem; }
        input[type=text], input[type=password], input[type=email], textarea { width: 100%; max-width: 32rem; }
        input[type=checkbox], input[type=radio] { width: 1.1rem; height: 1.1rem; min-height: 0; flex: none; vertical-align: -.15rem;
          accent-color: var(--accent); }
        [aria-invalid=true] { border-color: var(--bad); }
        .choice { display: flex; gap: .5rem; align-items: flex-start; padding: .25rem 0; }
        .choice label { font-weight: 400; margin: 0; }
        .way { margin: 0 0 .6rem; padding: .6rem .8rem; } .way .inside { margin-left: 1.6rem; }
        .way:not(:has(input[type=radio]:checked)) .inside { display: none; }
        .choices { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 220px), 1fr)); gap: 0 1rem; }
        .facts { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .3rem 1rem; margin: 0; }
        .facts dt { color: var(--soft); } .facts dd { margin: 0; overflow-wrap: anywhere; }
        .log { list-style: none; margin: 0; padding: .6rem 0; font: .82rem/1.55 ui-monospace, SFMono-Regular, Menlo, Consolas,
          monospace; background: var(--card); border: 1px solid var(--line); border-radius: 10px; overflow-x: auto; }
        .log li { padding: .05rem .8rem; overflow-wrap: anywhere; }
        .log li.warning { background: var(--warning-back); } .log li.error { background: var(--bad-back); }
        .log .level { display: inline-block; min-width: 4.6em; font-weight: 700; }
        .log .debug .level { color: var(--quiet); } .log .info .level { color: var(--good); }
        .log .warning .level { color: var(--warning); } .log .error .level { color: var(--bad); }
        .log mark { background: var(--warning-back); color: var(--warning); font-weight: 700; }
        .timeline { list-style: none; margin: 0 0 0 .4rem; padding: 0; border-left: 2px solid var(--line); }
        .timeline > li { position: relative; padding: 0 0 .2rem 1.2rem; }
        .timeline > li::before { content: ""; position: absolute; left: calc(-.35rem - 1px); top: .4rem; width: .7rem;
          height: .7rem; border-radius: 50%; background: var(--accent); }
        .timeline > li > p { margin: 0 0 .3rem; }
        .added { color: var(--good); } .removed { color: var(--bad); }
        .foot { max-width: 1200px; margin: 0 auto; padding: 0 1rem 2rem; color: var(--soft); font-size: .87rem; }
        .foot p { margin: .2rem 0; overflow-wrap: anywhere; }
        @media (max-width: 640px) {
          main { padding: .8rem .7rem; } .card { padding: .8rem; }
          .who { margin-left: 0; }
          .facts { grid-template-columns: 1fr; gap: 0; } .facts dd { margin-bottom: .5rem; }
          th, td { padding: .45rem .6rem; }
          table.stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
          table.stack, table.stack tbody, table.stack tr, table.stack th, table.stack td { display: block; }
          table.stack caption { display: block; }
          table.stack tr { border-bottom: 1px solid var(--line); padding: .5rem 0; }
          table.stack tr:last-child { border-bottom: 0; }
          table.stack th, table.stack td { border: 0; padding: .15rem .8rem; text-align: left; white-space: normal; }
          table.stack td[data-name]::before { content: attr(data-name) ": "; color: var(--soft); }
          table.stack td.blank { display: none; }
        }
        @media (prefers-reduced-motion: no-preference) { .bar { transition: width .3s; } }

        """

    private static let charts = """
        .chart { display: block; width: 100%; height: auto; min-width: 560px; }
        .chart-box { overflow-x: auto; }
        .progress .chart { min-width: 0; width: 100%; max-width: 200px; height: 8px; display: inline-block; }
        .chart .grid { stroke: var(--line); stroke-width: 1; }
        .chart .tick { fill: var(--soft); font-size: 12px; }
        .chart .middle { text-anchor: middle; } .chart .end { text-anchor: end; }
        .chart .track { fill: var(--quiet-back); }
        .chart .bar.good { fill: var(--bar-good); } .chart .bar.busy { fill: var(--bar-busy); }
        .chart .bar.warning { fill: var(--bar-warning); } .chart .bar.bad { fill: var(--bar-bad); }
        .chart .bar.quiet { fill: var(--bar-quiet); }
        .chart a:hover .bar, .chart rect.bar:hover { opacity: .75; }
        .legend { display: flex; flex-wrap: wrap; gap: .2rem 1rem; font-size: .85rem; color: var(--soft); margin-top: .4rem; }
        .key { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin-right: .35em; }
        .key.good { background: var(--bar-good); } .key.busy { background: var(--bar-busy); }
        .key.warning { background: var(--bar-warning); } .key.bad { background: var(--bar-bad); }
        .key.quiet { background: var(--bar-quiet); }

        """
}
