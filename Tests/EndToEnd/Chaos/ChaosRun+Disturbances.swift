import TestSupport

/// What is done to processes, links, servers and disks.
extension ChaosRun {
    func freeze() {
        guard let service = services.filter({ !$0.isStopped }).randomElement(using: &random) else { return }
        account.fault("SIGSTOP of \(service.role)")
        service.freeze(true)
        noteLoss(of: service, at: .now)
        let program = service.program
        let longest = stage.isKafka ? 15_000 : 3000
        later(.freeze, within: 200...longest) { [self] in
            guard service.program === program else { return }
            service.freeze(false)
            missed.noteReturn(at: scene.clock.now())
        }
    }

    func changeWeather() {
        guard let (name, link) = stage.links.randomElement(using: &random) else { return }
        var weathers: [(String, FaultyLink.Weather)] = [
            ("latency", .latency(milliseconds: Int.random(in: 5...150, using: &random))),
            ("bandwidth", .bandwidth(bytesPerSecond: Int.random(in: 20_000...500_000, using: &random))),
            ("slices", .slices(bytes: Int.random(in: 7...300, using: &random))),
            ("black hole", .blackHole),
        ]
        if stage.mayCut(name) { weathers.append(("reset", .reset)) }
        guard let (kind, weather) = weathers.randomElement(using: &random) else { return }
        account.fault("\(kind) to \(name)")
        let began = scene.clock.now()
        link.set(weather)
        later(.weather, within: 200...4000) { [self] in
            link.set(.fair)
            guard name != ChaosStage.database else { return }
            let times = began...scene.clock.now()
            if name == ChaosStage.zendesk, weather == .reset { missed.noteCut(times) } else { missed.noteDelay(times) }
        }
    }

    func disturbDatabase() throws {
        guard let server = stage.server, !busy.contains(.disk) else { return }
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
            account.fault("all sessions ended by the database")
            return try server.endSessions()
        case 1:
            account.fault("database crash")
            try server.crash()
        default:
            account.kill("the database")
            try server.kill()
        }
        later(.database, within: 0...2000) { try server.start() }
    }

    func restartBroker() async throws {
        let number = Int.random(in: 1...max(1, stage.brokers), using: &random)
        if stage.isMock { account.fault("broker restart") } else { account.kill("a broker") }
        let began = scene.clock.now()
        try await stage.stopBroker(number)
        later(.broker, within: 200...4000) { [self] in
            try await stage.startBroker(number)
            missed.noteDelay(began...scene.clock.now())
        }
    }

    /// What is written at the moment takes what little room is left.
    func fillDisk() throws {
        let places = stage.disks.keys.filter { $0 != .database || !busy.contains(.database) }
        let ordered = places.sorted { $0.rawValue < $1.rawValue }
        guard let place = ordered.randomElement(using: &random), let disk = stage.disks[place] else { return }
        // The log stops before the end of its disk: then it has to do without, and now and then there is none at all.
        let isEarly = place == .log && Bool.random(using: &random)
        let room = isEarly ? 900 << 20 : Int.random(in: 0...(2 << 20), using: &random)
        account.fault("disk of the \(place.rawValue) full")
        let began = scene.clock.now()
        try disk.fill(leaving: room)
        later(.disk, within: 500...4000) { [self] in
            try disk.empty()
            if place == .log { missed.noteDelay(began...scene.clock.now()) }
            if place == .database { try stage.server?.start() }
        }
    }

    func loseCommits() {
        guard !busy.contains(.weather), let link = stage.links.first(where: { $0.name == ChaosStage.database })?.link
        else { return }
        link.set(.lostAnswer(to: "COMMIT"))
        // No other weather in between.
        busy.insert(.weather)
        later(.commit, within: 200...3000) {
            self.busy.remove(.weather)
            link.set(.fair)
        }
    }
}
