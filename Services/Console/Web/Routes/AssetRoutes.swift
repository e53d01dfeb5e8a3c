import Hummingbird
import ServiceRuntime

/// The style sheet, the script and the icon, which are part of the program.
struct AssetRoutes {
    func add(to router: Router<ConsoleContext>) {
        add("/assets/style.css", StyleSheet.text, "text/css; charset=utf-8", to: router)
        add("/assets/console.js", Script.text, "text/javascript; charset=utf-8", to: router)
        add("/assets/icon.svg", Icon.svg, "image/svg+xml", to: router)
    }

    private func add(_ path: RouterPath, _ text: String, _ type: String, to router: Router<ConsoleContext>) {
        let body = ByteBuffer(string: text)
        router.get(path) { request, _ in
            let headers: HTTPFields = [
                .contentType: type, .cacheControl: "no-cache", .eTag: "\"\(Version.current)\"",
            ]
            return request.headers[.ifNoneMatch] == headers[.eTag]
                ? Response(status: .notModified, headers: headers)
                : Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
        }
    }
}
