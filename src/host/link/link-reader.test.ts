// The receiver library as another program uses it: imported by package name, with chunks of any length, complete or cut.

import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Readable } from "node:stream"
import { LinkReader, type LinkMessage } from "ivus-cart/link"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { RunReceiver } from "../run/run-receiver"
import { HostSession } from "./host-session"
import { fixedIdentity } from "./host-identity"
import { concat, plainRecords, samplesOf, TestBoard } from "./testing/test-board"
import { TestPeer } from "./testing/test-peer"

const test = suite("link reader")

/** Hello, a described run of 20 lines in two bursts, an event, the end summary. */
function capture(): Uint8Array {
    const board = new TestBoard(3).hello().describe()
    board.lines(plainRecords(0, 12)).event(301, 5).lines(plainRecords(12, 20))
    board.end({ lines_fired: 20, lines_sent: 20 })
    return concat(board.bursts)
}

async function read(
    bytes: Uint8Array,
    piece: number
): Promise<{ messages: LinkMessage[]; reader: LinkReader }> {
    const pieces: Uint8Array[] = []
    for (let at = 0; at < bytes.length; at += piece) pieces.push(bytes.subarray(at, at + piece))
    const reader = Readable.from(pieces, { objectMode: false }).pipe(new LinkReader())
    const messages: LinkMessage[] = []
    for await (const message of reader) messages.push(message)
    return { messages, reader }
}

const linesOf = (messages: readonly LinkMessage[]) =>
    messages.flatMap(m => (m.type === "lines" ? m.lines : []))

test("delivers every message of a run with its fields, from chunks of any length", async () => {
    for (const piece of [1, 63, 1000, 1e6]) {
        const { messages, reader } = await read(capture(), piece)
        assert.equal(
            messages.map(m => m.type),
            ["hello", "description", "lines", "event", "lines", "end"]
        )
        const lines = linesOf(messages)
        assert.is(lines.length, 20)
        lines.forEach((line, i) => {
            assert.is(line.line, i)
            assert.equal([...line.bytes], [...samplesOf(i)])
        })
        const event = messages.find(m => m.type === "event")!
        assert.is(event.fields.code, 301)
        assert.is(event.fields.value, 5)
        assert.ok(reader.complete)
        assert.ok(Object.values(reader.faults).every(n => n === 0))
    }
})

test("reads a cut capture up to the cut and reports it as incomplete", async () => {
    const bytes = capture()
    for (let length = 0; length < bytes.length; length += 37) {
        const { messages, reader } = await read(bytes.subarray(0, length), 100)
        assert.not.ok(reader.complete)
        linesOf(messages).forEach((line, i) => assert.is(line.line, i))
    }
})

/** What a board with a key sends to a host that has it: handshake and run. */
function keyedCapture(): Uint8Array {
    const key = new Uint8Array(32).fill(3)
    const peer: TestPeer = new TestPeer(bytes => receiver.push(bytes), { key })
    const identity = fixedIdentity(key, count => new Uint8Array(count).fill(9))
    let sendProof = (): void => undefined
    const session = new HostSession(
        bytes => peer.receive(bytes),
        identity,
        () => undefined,
        action => void (sendProof = action)
    )
    const receiver = new RunReceiver({}, session)
    peer.hello()
    sendProof()
    assert.ok(session.isOpen)
    peer.replay(capture())
    return concat(peer.sent)
}

test("reads a board's proof without counting damage", async () => {
    const { messages, reader } = await read(keyedCapture(), 1000)
    assert.equal(
        messages.map(m => m.type),
        ["hello", "proof", "description", "lines", "event", "lines", "end"]
    )
    assert.not(reader.insecure)
    assert.ok(Object.values(reader.faults).every(n => n === 0))
})

test("skips a message of unknown type if its CRC is valid, and counts it as damaged if not", async () => {
    const board = new TestBoard(3).hello().describe()
    const fields = "\nvalue:u32\n"
    board.message(99, fields, { value: 1 }).event(301, 5)
    const right = concat(board.bursts)
    const clean = await read(right, 1000)
    assert.equal(
        clean.messages.map(m => m.type),
        ["hello", "description", "event"]
    )
    assert.ok(Object.values(clean.reader.faults).every(n => n === 0))
    const odd = board.bursts[2]!
    odd[odd.length - 1]! ^= 1
    const { reader } = await read(concat(board.bursts), 1000)
    assert.is(reader.faults.messagesDamaged, 1)
})

test("counts a damaged line and delivers the others", async () => {
    const bytes = capture()
    const at = Buffer.from(bytes).indexOf(samplesOf(7))
    bytes[at + 3]! ^= 0x20
    const { messages, reader } = await read(bytes, 500)
    const lines = linesOf(messages)
    assert.equal(
        lines.map(line => line.line),
        Array.from({ length: 20 }, (_, i) => i).filter(i => i !== 7)
    )
    const damaged = messages.map(m => (m.type === "lines" ? m.damaged : 0))
    assert.is(Math.max(...damaged), 1)
    assert.is(reader.faults.linesDamaged, 1)
})

test("runs the example on a complete and a cut file", () => {
    const folder = mkdtempSync(join(tmpdir(), "ivus-reader-"))
    try {
        const file = join(folder, "capture.ivl")
        const example = (bytes: Uint8Array): string => {
            writeFileSync(file, bytes)
            const program = "src/host/link/example/read-capture.ts"
            return execFileSync(process.execPath, ["--import", "tsx", program, file], {
                encoding: "utf8",
            })
        }
        assert.match(example(capture()), /^20 lines, .*\ncomplete/m)
        assert.match(example(capture().subarray(0, 800)), /^cut before/m)
    } finally {
        rmSync(folder, { recursive: true })
    }
})

test.run()
