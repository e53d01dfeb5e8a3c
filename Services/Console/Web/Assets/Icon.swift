/// The console's mark, for the browser's tab and the head of each page.
enum Icon {
    static let svg = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b5cad"/>\
        <path d="M7 9h8a7 7 0 0 1 7 7v0a7 7 0 0 0 3 6" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round"/>\
        <path d="M7 16h6a4 4 0 0 1 4 4v3" fill="none" stroke="#9ccaf7" stroke-width="3" stroke-linecap="round"/></svg>
        """
}
