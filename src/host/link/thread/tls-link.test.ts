// The link over TLS: who does not finish the handshake waits like everybody else, and keeps no cart out.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { connect } from "node:tls"
import { TestPeer } from "../testing/test-peer"
import { UNGREETED_MAX } from "./admission"
import { CartConnection } from "./cart-connection"
import { KEY, LinkedHost } from "./testing/linked-host"

const folder = mkdtempSync(join(tmpdir(), "ivus-link-tls-"))
const [certFile, keyFile] = [join(folder, "cert.pem"), join(folder, "key.pem")]
const { status } = spawnSync("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"],
    ...["-pkeyopt", "ec_paramgen_curve:prime256v1"],
    ...["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
    ...["-keyout", keyFile, "-out", certFile],
])

const test = suite("the link's thread with TLS")
test.after(() => rmSync(folder, { recursive: true }))

if (status !== 0)
    test("is skipped: openssl, which makes the certificate, is missing", () => {
        console.log("skipped, because openssl is missing")
    })
else
    test("a cart gets in beside 16 clients that begin no handshake, and a failed one is reported", async () => {
        const cert = readFileSync(certFile, "utf8")
        const host = await LinkedHost.open({ tls: { cert, key: readFileSync(keyFile, "utf8") } })
        const idle = Array.from({ length: 16 }, () => host.call())
        await Promise.all(
            idle.map(({ socket }) => new Promise(resolve => socket.once("connect", resolve)))
        )
        const plain = host.call()
        plain.peer.hello()
        const socket = connect({
            ...{ port: host.link.port, host: "127.0.0.1", ca: cert, servername: "localhost" },
        })
        const peer = new TestPeer(bytes => void socket.write(bytes), { key: KEY })
        socket.on("data", bytes => peer.receive(bytes))
        peer.hello()
        const connection = new CartConnection((await host.cart()).port)
        let received = 0
        connection.onBytes = bytes => (received += bytes.length)
        await plain.closed
        const { waiting } = await host.link.stats()
        assert.ok(waiting <= UNGREETED_MAX)
        // Those that were cut off to make room are not called failed.
        assert.is(host.reports.length, 1)
        assert.match(host.reports[0]!, /^The TLS handshake with 127\.0\.0\.1 failed \(ERR_SSL/)
        peer.burst({ type: 99 }, new Uint8Array(0))
        socket.end()
        await connection.ended
        assert.is(received, Buffer.concat(peer.sent).length)
        await host.close()
        await Promise.all(idle.map(({ closed }) => closed))
    })

test.run()
