// The link over TLS with a self-signed certificate: the same lines, and no connection without TLS.
// A board's own TLS, part of its runtime, has not been tested.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { connect as connectPlain } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { connect } from "node:tls"
import { VirtualBoard } from "../../boards/virtual/virtual-board"
import { VirtualClock } from "../../boards/virtual/vm/virtual-clock"
import { parseTls } from "../../src/host/cli/options/link-options"
import { BYTECODE, SILENCE } from "../support/carts/bench-cart"
import { keepCalibration } from "../support/cli/calibrated-board"
import { ivus } from "../support/cli/ivus"
import { boardOf, playCapture } from "../support/cli/play-capture"
import { KEY, ServingHost } from "../support/cli/serving-host"

const folder = mkdtempSync(join(tmpdir(), "ivus-tls-"))

/** Makes a self-signed certificate. @returns its files; undefined without OpenSSL */
function certificate(name: string): [cert: string, key: string] | undefined {
    const [cert, key] = [join(folder, `${name}.pem`), join(folder, `${name}-key.pem`)]
    const { status } = spawnSync("openssl", [
        ...["req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"],
        ...["-pkeyopt", "ec_paramgen_curve:prime256v1"],
        ...["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        ...["-keyout", key, "-out", cert],
    ])
    return status === 0 ? [cert, key] : undefined
}

const test = suite("the link over TLS")
keepCalibration(test)
test.after(() => rmSync(folder, { recursive: true }))
const ownCertificate = certificate("ours")
const otherCertificate = certificate("other")

async function serveTls(): Promise<ServingHost> {
    const [tlsCert, tlsKey] = ownCertificate!
    return ServingHost.start({ tls: parseTls({ tlsCert, tlsKey }) })
}

if (!ownCertificate || !otherCertificate)
    test("is skipped: openssl, which makes the certificate, is missing", () => {
        console.log("skipped, because openssl is missing")
    })
else {
    test("a pullback has the same results as without TLS", async () => {
        const out = join(folder, "out")
        await ivus("pullback", "--once", "--length", "1", "--out", out)
        const capture = readFileSync(join(out, "capture.ivl"))
        const host = await serveTls()
        host.keys.save(boardOf(capture), KEY)
        const trusted = { ca: readFileSync(ownCertificate[0]), servername: "localhost" }
        const stop = playCapture(
            () => connect({ port: host.port, host: "127.0.0.1", ...trusted }),
            capture,
            KEY
        )
        await host.waitFor(/ files in /)
        stop()
        const served = join(host.runs, host.folders[0]!)
        const name = "measurements.csv"
        assert.is(readFileSync(join(served, name), "utf8"), readFileSync(join(out, name), "utf8"))
        await host.close()
    })

    test("refuses a cart without TLS and reports why", async () => {
        const host = await serveTls()
        const socket = connectPlain(host.port, "127.0.0.1")
        socket.on("error", () => undefined)
        socket.write("IVL1 as a cart without TLS would begin")
        assert.match(
            await host.waitFor(/TLS handshake/),
            /The TLS handshake with .* failed .*; check that the cart's host setting says tls: true/
        )
        assert.not.match(host.printed.join("\n"), / connected from /)
        socket.destroy()
        await host.close()
    })

    test("a cart that does not trust the certificate sends nothing", async () => {
        const host = await serveTls()
        const socket = connect({
            port: host.port,
            host: "127.0.0.1",
            ca: readFileSync(otherCertificate[0]),
            servername: "localhost",
        })
        const error = await new Promise<Error>(resolve => socket.on("error", resolve))
        assert.match(error.message, /self-signed certificate/)
        await host.waitFor(/TLS handshake|left/)
        await host.close()
    })

    test("refuses files that are no certificate or do not belong together", async () => {
        const [cert, key] = ownCertificate
        const junk = join(folder, "junk.pem")
        writeFileSync(junk, "hello\n")
        const invalid: [string[], RegExp][] = [
            [["--tls-cert", cert], /TLS needs both --tls-cert and --tls-key/],
            [["--tls-key", key], /TLS needs both/],
            [
                ["--tls-cert", "none.pem", "--tls-key", key],
                /--tls-cert "none.pem" cannot be read \(ENOENT\)/,
            ],
            [["--tls-cert", cert, "--tls-key", folder], /--tls-key .* cannot be read \(EISDIR\)/],
            [["--tls-cert", junk, "--tls-key", key], /holds no certificate in PEM/],
            [["--tls-cert", cert, "--tls-key", junk], /holds no private key/],
            [["--tls-cert", cert, "--tls-key", cert], /holds no private key/],
            [
                ["--tls-cert", cert, "--tls-key", otherCertificate[1]],
                /does not belong to the certificate/,
            ],
        ]
        for (const command of ["serve", "doctor", "pullback"])
            for (const [args, sentence] of invalid) {
                const { status, err, out } = await ivus(command, ...args)
                assert.is(status, 2, err)
                assert.match(err, sentence)
                assert.is(out, "")
            }
    })
}

test("a board with the TLS setting requests TLS from its runtime", async () => {
    for (const tls of [true, false]) {
        const clock = new VirtualClock()
        const requested: unknown[] = []
        const board = await VirtualBoard.boot({
            ...{ clock, bytecodeFile: BYTECODE, seed: 1, vesselOriginMm: 0 },
            ...{ catheter: { id: "array-20mhz", serial: 1 }, echo: SILENCE },
            deploy: { host: { name: "10.1.2.3", port: 7400, tls } },
            onConnect: to => void requested.push([to.host, to.port, to.tls]),
        })
        await clock.run(() => requested.length > 0, 1e6)
        board.stopVm()
        assert.equal(requested, [["10.1.2.3", 7400, tls]])
    }
})

test.run()
