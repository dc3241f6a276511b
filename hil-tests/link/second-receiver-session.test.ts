// The Python receiver opens a session with the firmware, and imports no code of the project.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { readFileSync } from "node:fs"
import { VirtualBoard } from "../../boards/virtual/virtual-board"
import { VirtualClock } from "../../boards/virtual/vm/virtual-clock"
import * as burst from "../../src/shared/protocol/burst"
import { EVENT_CATHETER_DATA, EVENT_CONTROL, EVENT_PAIRS, sentenceOf } from "../../src/shared/codes"
import { BYTECODE, SILENCE } from "../support/carts/bench-cart"
import {
    burstsOf,
    deploy,
    hasPython,
    hex,
    KEY,
    python,
    SCRIPT,
    pythonCounts,
} from "./second-receiver/python-receiver"

const test = suite("a session of the second receiver")

/** Data of a catheter that is not built in, in the order of the specification. */
const CATHETER_DATA = [
    ...["mine", 1, 1, 20000, 64, 896, 0, 0, 256, 256, 10000, 12000, 300, 250],
    ...[0, 170, 150000, 2, 4, 60000, 55000, 40000, 3000, 2500, 0, 0, 0],
]

if (!hasPython)
    test("is skipped: python3 is missing", () => {
        console.log("skipped, because python3 is missing")
    })
else {
    test("opens a session with the firmware", async () => {
        const clock = new VirtualClock()
        const hostBursts: Uint8Array[] = []
        const nonce = hex(new Uint8Array(16).fill(0x3c))
        const key = hex(KEY)
        let greeted: { challenge: string; proof: string } | undefined
        let accepted:
            | (Record<"accept" | "ping" | "control" | "catheter" | "piece", string> & {
                  valid: boolean
              })
            | undefined
        const log: string[] = []
        const board = await VirtualBoard.boot({
            ...{ clock, bytecodeFile: BYTECODE, seed: 1, vesselOriginMm: 0 },
            ...{ catheter: { id: "array-20mhz", serial: 1 }, echo: SILENCE },
            ...{ deploy, onLog: (line: string) => void log.push(line) },
            onConnect: socket => {
                const send = (text: string): void =>
                    void clock.after(20_000, () => socket.send(Buffer.from(text, "hex")))
                socket.onData = bytes => {
                    const message = Uint8Array.from(bytes)
                    hostBursts.push(message)
                    const type = message[burst.TYPE_AT]
                    if (type === burst.TYPE_HELLO) {
                        greeted = python(["greet"], { key, nonce, hello: hex(message), session: 3 })
                        send(greeted!.challenge)
                        clock.after(20_000, () => send(greeted!.proof))
                    } else if (type === burst.TYPE_PROOF) {
                        accepted = python(["accept"], {
                            key,
                            hello: hex(hostBursts[0]!),
                            challenge: greeted!.challenge,
                            proof: hex(message),
                            credit: 100_000,
                            catheter: CATHETER_DATA,
                            pairs: [
                                [0, 0],
                                [1, 1],
                                [2, 5],
                            ],
                        })
                        send(accepted!.accept)
                        clock.after(100_000, () => send(accepted!.ping))
                        clock.after(125_000, () => send(accepted!.control))
                        clock.after(150_000, () => send(accepted!.catheter))
                        clock.after(200_000, () => send(accepted!.piece))
                    }
                }
                clock.after(150, () => socket.accept())
            },
        })
        await clock.run(() => false, 1e6)
        board.stopVm()
        assert.ok(accepted?.valid, "the board's proof is valid")
        const received = Uint8Array.from(Buffer.concat(hostBursts))
        const types = burstsOf(received).map(b => b[burst.TYPE_AT])
        for (const type of [burst.TYPE_LINES, burst.TYPE_STATUS, burst.TYPE_PONG])
            assert.ok(types.includes(type), `${type} of ${types.join()}`)
        assert.not.match(log.join("\n"), "link closed")
        // Messages to the cart before a setup, as in the specification.
        assert.match(log.join("\n"), `${sentenceOf(EVENT_CONTROL)}: 1`)
        assert.match(log.join("\n"), `${sentenceOf(EVENT_CATHETER_DATA)}: 0`)
        assert.match(log.join("\n"), `${sentenceOf(EVENT_PAIRS)}: 3`)
        // All messages of the board after its hello are tagged.
        const decoded = pythonCounts(received, Buffer.from(greeted!.challenge, "hex"))
        assert.is(decoded.forged, 0)
        assert.is(decoded.authentic, decoded.bursts - 1)
        assert.is(decoded.test_lines, 14)
        assert.is(decoded.test_lines_wrong, 0)
    })

    test("imports no code of the project", () => {
        const script = readFileSync(SCRIPT, "utf8")
        const imports = [...script.matchAll(/^(?:import|from) (\w+)/gm)]
        assert.equal(
            imports.map(m => m[1]),
            ["hashlib", "hmac", "json", "struct", "sys"]
        )
        assert.equal(script.match(/open\(/g)?.length, 2)
    })
}

test.run()
