import Console
import Testing

@Suite("AddressRule")
struct AddressRuleTests {
    @Test(
        "addresses of no public host are refused, however they are written",
        arguments: [
            "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.8.8.8", "169.254.169.254",
            "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.19.255.255",
            "203.0.113.9", "224.0.0.1", "255.255.255.255", "::", "::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
            "::10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1",
            "ff02::1",
            "2001:db8::1", "2001::1", "2002:7f00:1::", "3fff::1", "100::1", "nonsense", "",
        ]
    )
    func refused(address: String) {
        #expect(!AddressRule.isPublic(WebhookClient.bytes(of: address)))
    }

    @Test(
        "public addresses are taken",
        arguments: [
            "1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.0.1.1",
            "192.167.0.1", "198.17.0.1", "198.20.0.1", "223.255.255.255", "2606:4700::1111", "2a00:1450::1",
            "::ffff:8.8.8.8", "64:ff9b::808:808", "2001:4860::1",
        ]
    )
    func taken(address: String) {
        #expect(AddressRule.isPublic(WebhookClient.bytes(of: address)))
    }
}
