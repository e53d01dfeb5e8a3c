/// Text as it stands in Zendesk's JSON: already escaped, some of it in the ways that parsers trip over.
enum Phrases {
    static let subjects: [StaticString] = [
        "Cannot log in since this morning",
        "Rechnung f\u{FC}r M\u{E4}rz fehlt",
        "Where is my order?",
        "Probl\\u00e8me de connexion \\u00e0 l'application",
        "\u{6CE8}\u{6587}\u{306E}\u{30AD}\u{30E3}\u{30F3}\u{30BB}\u{30EB}\u{306B}\u{3064}\u{3044}\u{3066}",
        "Refund for \\\"Premium\\\" plan \\u003curgent\\u003e",
        "Re: Re: FW: C:\\\\temp\\\\report.csv",
        "Thanks \u{1F44D} but it still fails",
        "Emoji as a pair \\ud83d\\ude80 in the subject",
        "\u{645}\u{634}\u{643}\u{644}\u{629} \u{641}\u{64A} \u{627}\u{644}\u{62F}\u{641}\u{639}",
        "Tab\\there and a slash\\/there",
        "Pr\u{16F}\u{161}vih na \u{10D}l\u{E1}nku \u{2014} oprava",
    ]

    static let sentences: [StaticString] = [
        "Hi there,\\n\\nI\u{2019}m sending an email because I\u{2019}m having a problem setting up your new product. ",
        "Could you please look into this as soon as you can? We have a launch on Friday and many people depend on it. ",
        "Leider erhalte ich beim \u{D6}ffnen der Datei immer die Meldung \\\"Zugriff verweigert\\\". ",
        "I have already tried to restart, reinstall and clear the cache, as your help page says.\\r\\n",
        "The amount on the invoice (1.299,00 \u{20AC}) does not match the order confirmation. ",
        "Steps:\\n1. open Settings \\u003e Billing\\n2. press \\u0026quot;Change plan\\u0026quot;\\n3. wait\\n",
        "\u{304A}\u{4E16}\u{8A71}\u{306B}\u{306A}\u{3063}\u{3066}\u{304A}\u{308A}\u{307E}\u{3059}\u{3002}",
        "It worked last week on version 4.2.1 and stopped after the update to 4.3.0 on all of our devices. ",
        "Path: C:\\\\Users\\\\Mia\\\\Desktop\\\\export\\tsize 10 MB. ",
        "Thank you for your help and your patience \\ud83d\\ude4f\\n\\n--\\nSent from my phone",
    ]

    static let names: [StaticString] = [
        "Mia M\u{FC}ller", "Jos\u{E9} Garc\u{ED}a", "Anna O'Neill", "\u{7530}\u{4E2D} \u{592A}\u{90CE}", "Ola Nordmann",
        "Zo\\u00eb \\\"Zed\\\" Smith", "\u{410}\u{43D}\u{43D}\u{430} \u{418}\u{432}\u{430}\u{43D}\u{43E}\u{432}\u{430}",
        "Li Wei", "Fatima Al-Sayed", "Bob",
    ]

    static let companies: [StaticString] = [
        "Estuary", "B\u{E4}ckerei Schulz \\u0026 S\u{F6}hne", "Acme, Inc.", "\u{682A}\u{5F0F}\u{4F1A}\u{793E}\u{6771}",
        "Northwind \\\"Traders\\\"", "Caf\\u00e9 Rouge",
    ]

    static let tags: [StaticString] = [
        "\"billing\"", "\"vip\"", "\"refund\"", "\"b\u{FC}ro\"", "\"a/b\"", "\"sample\"", "\"closed_by_merge\"",
        "\"urgent\"", "\"api\"", "\"q4-2026\"",
    ]

    static let groups: [StaticString] = ["Support", "Billing", "Sales", "Fran\u{E7}ais", "Night shift", "VIP"]
}
