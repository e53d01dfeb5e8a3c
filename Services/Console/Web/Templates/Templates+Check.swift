extension Templates {
    static let check = """
        {{<layout}}{{$main}}{{#content}}{{>findings}}{{/content}}{{/main}}{{/layout}}
        """

    /// A ``CheckPage``.
    static let findings = """
        {{#isGood}}<div class="notice good" role="status"><p><strong>Success!</strong> Everything that a run needs is there.</p></div>\
        {{/isGood}}{{^isGood}}<div class="notice bad" role="alert"><p><strong>Not yet.</strong> Mend what is marked as a problem, \
        then check again.</p></div>{{/isGood}}
        <div class="scroll"><table class="stack"><caption>What was tried</caption><thead><tr><th scope="col">Result</th>
        <th scope="col">Check</th><th scope="col">On</th><th scope="col">Verdict</th></tr></thead><tbody>
        {{#lines}}<tr><td>{{#badge}}<span class="pill {{tone}}">{{text}}</span>{{/badge}}</td><th scope="row">{{.check}}</th>
        <td data-name="On">{{.subject}}</td><td class="wide">{{#.verdict}}{{>said}}{{/.verdict}}\
        {{#.hint}}<div><strong>What to do:</strong> {{>said}}</div>{{/.hint}}</td>
        </tr>{{/lines}}</tbody></table></div>
        """
}
