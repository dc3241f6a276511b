// Ctrl-C and SIGTERM during `ivus pullback` and `ivus serve`, with real processes: received data
// are kept, the cart stops, exit status 130.

import { existsSync, readdirSync, readFileSync } from "node:fs"
import { connect } from "node:net"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { KeyStore } from "../../src/host/link/key-store"
import { plainRecords, TestBoard } from "../../src/host/link/testing/test-board"
import { TestPeer } from "../../src/host/link/testing/test-peer"
import { RunReceiver } from "../../src/host/run/run-receiver"
import { STATE_PULLING } from "../../src/shared/cart-machine"
import * as codes from "../../src/shared/codes"
import { CartOnTcp } from "../support/carts/cart-on-tcp"
import { Program } from "../support/cli/program"
import { folder, freePort } from "../support/cli/scratch"

const KEYS = new KeyStore(join(folder, "keys"))
const KEY = new Uint8Array(32).fill(5)

const leftovers = (): string[] => readdirSync(folder).filter(name => name.includes("partial"))

/** On any free port: other programs of this computer may use that of the console. */
const pullbackProgram = (...args: string[]): Program =>
    new Program(KEYS.folder, "pullback", "--console-port", "0", ...args)

/** A cart that sends hello and half of a run, then waits. */
async function inMidRun(port: number, run: number): Promise<() => void> {
    KEYS.save("0000000200000001", KEY)
    const socket = connect(port, "127.0.0.1")
    const peer = new TestPeer(bytes => void socket.write(bytes), { key: KEY })
    socket.on("data", bytes => peer.receive(bytes))
    socket.on("error", () => undefined)
    const opened = new Promise<void>(resolve => (peer.onOpen = resolve))
    peer.hello()
    await opened
    const half = new TestBoard()
        .hello()
        .describe({ run })
        .event(codes.EVENT_STATE, STATE_PULLING)
        .lines(plainRecords(0, 12))
        .bytes()
    // This peer sends its own greeting instead of the capture's.
    peer.replay(half)
    // The host reads the lines before it sends its next ping, and pings each 25 ms. Some may be on their way from before, more if
    // this process was held up.
    const received = peer.received.length
    while (peer.received.length < received + 20)
        await new Promise<void>(resolve => socket.once("data", () => resolve()))
    return () => void socket.destroy()
}

const received = (file: string): number => {
    const kept = new RunReceiver()
    kept.push(readFileSync(file))
    return kept.assembler!.counts.received
}

const recordIn = (out: string) => JSON.parse(readFileSync(join(out, "run.json"), "utf8"))

const pullback = suite("Ctrl-C in a pullback")

for (const signal of ["SIGINT", "SIGTERM"] as const)
    pullback(
        `${signal} while a virtual cart pulls: keeps what was received and makes pictures of it`,
        async () => {
            const out = join(folder, signal)
            const program = pullbackProgram("--length", "150", "--out", out)
            await program.waitForOutput(/pulling/)
            assert.is(await program.end(signal), 130)
            assert.match(program.printed, /Stopped: the sled has stopped \(state: completed\)\./)
            const [, lines] = /(\d+) A-lines were received, none missing\. They are kept/.exec(
                program.printed
            )!
            const record = recordIn(out)
            assert.is(record.verdict, "stopped")
            assert.is(record.writer, undefined)
            assert.equal(readdirSync(out).sort(), record.files)
            assert.ok(record.files.includes("longitudinal.png"))
            const kept = new RunReceiver()
            kept.push(readFileSync(join(out, "capture.ivl")))
            kept.finish()
            // The cart was stopped as by an operator, and its end summary arrived.
            assert.is(kept.end?.outcome, codes.EVENT_STOPPED)
            assert.is(kept.assembler!.counts.received, Number(lines))
            assert.is(kept.end!.lines_fired, Number(lines))
        }
    )

pullback("keeps nothing before the cart pulls", async () => {
    const out = join(folder, "early")
    const program = pullbackProgram("--length", "5", "--out", out)
    await program.waitForOutput(/homing/)
    assert.is(await program.end("SIGINT"), 130, program.printed)
    assert.match(
        program.printed,
        /Stopped: the sled has stopped \(state: unhomed\)\.\nNo A-lines had been received; nothing is kept\./
    )
    assert.not(existsSync(out))
    assert.equal(leftovers(), [])
})

pullback("exits at once if no cart has connected", async () => {
    const port = `${await freePort()}`
    const out = join(folder, "no-cart")
    const program = pullbackProgram(
        ...["--target", "tcp:127.0.0.1", "--port", port, "--yes", "--out", out]
    )
    await program.waitForOutput(/waiting for the cart/)
    assert.is(await program.end("SIGINT"), 130, program.printed)
    assert.match(program.printed, /Stopped: The command was ended before a cart had connected/)
    assert.not(existsSync(out))
    assert.equal(leftovers(), [])
})

pullback("asks a cart over TCP to stop and reports what it fired before exiting", async () => {
    const port = await freePort()
    const out = join(folder, "tcp")
    const program = pullbackProgram(
        ...["--target", "tcp:127.0.0.1", "--port", `${port}`],
        ...["--insecure", "--home", "--yes"],
        ...["--frame-rate", "5", "--length", "100", "--out", out]
    )
    await program.waitForOutput(/waiting for the cart/)
    const cart = await CartOnTcp.boot(port)
    try {
        await program.waitForOutput(/[1-9]\d* frames/)
        const { rig, transmit } = cart.board
        assert.is(await program.end("SIGINT"), 130, program.printed)
        const [atMm, pulses] = [rig.sled.positionMm, transmit.count]
        await cart.wait(500)
        // The sled had stopped before the program exited, so the link timeout of 100 ms was not
        // involved.
        assert.ok(Math.abs(rig.sled.positionMm - atMm) < 0.01)
        assert.is(transmit.count, pulses)
        const [, lines] = /state: completed[^]*\n(\d+) A-lines were received, none missing/.exec(
            program.printed
        )!
        assert.is(Number(lines), pulses)
        const kept = new RunReceiver()
        kept.push(readFileSync(join(out, "capture.ivl")))
        assert.is(kept.end?.outcome, codes.EVENT_STOPPED)
    } finally {
        await cart.stop()
    }
})

pullback(
    "a second Ctrl-C does not wait for a cart that does not answer; received data are kept",
    async () => {
        const port = await freePort()
        const out = join(folder, "again")
        const program = pullbackProgram(
            ...["--target", "tcp:127.0.0.1", "--port", `${port}`],
            ...["--yes", "--length", "5", "--out", out]
        )
        await program.waitForOutput(/waiting for the cart/)
        const leave = await inMidRun(port, 9)
        assert.is(await program.interruptRepeatedly(), 130)
        leave()
        // The first one alone would have waited 3 s for the cart, and printed that.
        assert.not.match(program.printed, /Stopped: |did not confirm the stop/)
        assert.match(
            program.printed,
            /The bytes received so far are kept in .*again, without results; .*replay .*again/
        )
        assert.equal(readdirSync(out).sort(), ["capture.ivl", "run.json", "run.log"])
        const { verdict, verdict_reason } = recordIn(out)
        assert.is(verdict, "incomplete")
        assert.match(verdict_reason, /ended at once, by Ctrl-C/)
        assert.is(received(join(out, "capture.ivl")), 12)
        assert.equal(leftovers(), [])
    }
)

pullback.run()

const serve = suite("Ctrl-C in ivus serve")

serve(
    "makes the results of what came of a run in progress, which says that it was cut [IVUS-DAT-005]",
    async () => {
        const out = join(folder, "served")
        for (const [signal, run] of [
            ["SIGINT", 7],
            ["SIGTERM", 8],
        ] as const) {
            const program = new Program(
                ...[KEYS.folder, "serve", "--port", "0", "--out", out],
                ...["--console-port", "0"]
            )
            const [, port] = await program.waitForOutput(/waiting for carts on port (\d+)/)
            const leave = await inMidRun(Number(port), run)
            await program.waitForOutput(/a run began/)
            assert.is(await program.end(signal), 130)
            leave()
            assert.match(program.printed, `run ${run} was CUT: 12 A-lines received`)
        }
        const folders = readdirSync(out).sort()
        assert.is(folders.length, 2)
        for (const name of folders) {
            assert.is(received(join(out, name, "capture.ivl")), 12)
            const record = JSON.parse(readFileSync(join(out, name, "run.json"), "utf8"))
            assert.is(record.verdict, "incomplete")
            assert.is(record.writer, undefined)
        }
    }
)

serve("without a run nothing is kept; with --json everything is one object a line", async () => {
    const out = join(folder, "idle")
    const program = new Program(
        ...[KEYS.folder, "serve", "--port", "0", "--out", out],
        ...["--console-port", "0", "--json"]
    )
    await program.waitForOutput(/"kind":"listening"/)
    assert.is(await program.end("SIGINT"), 130, program.printed)
    assert.equal(readdirSync(out), [])
    const lines = program.printed.split("\n").filter(line => line.startsWith("{"))
    const [listening] = lines.map(line => JSON.parse(line) as Record<string, unknown>)
    assert.equal([lines.length, listening!.kind, listening!.board], [1, "listening", null])
    assert.match(String(listening!.text), `waiting for carts on port ${String(listening!.port)}`)
    assert.match(String(listening!.status_url), /^http:\/\/127\.0\.0\.1:\d+\/$/)
})

serve.run()
