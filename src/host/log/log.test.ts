// Logs of the host: nothing that came from a wire, a file or a person can break a line, act on a terminal, or be a key; rotation;
// a disk that is full, a folder that cannot be written, a program that is killed.

import { spawn } from "node:child_process"
import { once } from "node:events"
import {
    appendFileSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    statSync,
    writeFileSync,
    writeSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { stampOf } from "../clock"
import { DESCRIPTION } from "../link/testing/test-board"
import { EVENT_SLED_MOVED, EVENT_STATE, FAULT_STALL } from "../../shared/codes"
import { cartLog } from "./cart-log"
import { LogFile, type LogOptions } from "./log-file"
import { logText, REMOVED, TEXT_MAX } from "./log-text"

const test = suite("logs of the host")
const folder = mkdtempSync(join(tmpdir(), "ivus-log-"))
test.after(() => rmSync(folder, { recursive: true, force: true }))

const nobody = (line: string): void => assert.unreachable(line)
const linesOf = (path: string): string[] => {
    const text = readFileSync(path, "utf8")
    assert.ok(text.endsWith("\n"))
    return text.slice(0, -1).split("\n")
}
/** Time with zone, kind, text. */
const ENTRY = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d [a-z]+ +\S/

/** By the ranges of the Unicode charts, not by the classes that the program uses. */
function isHarmful(c: number): boolean {
    const ranges: readonly (readonly [number, number])[] = [
        [0x00, 0x1f],
        [0x7f, 0x9f],
        [0xad, 0xad],
        [0x061c, 0x061c],
        [0x180e, 0x180e],
        [0x200b, 0x200f],
        [0x2028, 0x202e],
        [0x2060, 0x206f],
        [0xd800, 0xdfff],
        [0xfeff, 0xfeff],
        [0xfff9, 0xfffb],
        [0xe0000, 0xe0fff],
    ]
    return ranges.some(([from, to]) => c >= from && c <= to)
}

const isSafe = (line: string): boolean =>
    !Array.from(line).some(c => isHarmful(c.codePointAt(0)!)) && !/[\n\r]/.test(line)

const HOSTILE: Readonly<Record<string, [text: string, logged: string]>> = {
    "a second entry": [
        "x\n2026-11-30T10:00:00.000+00:00 verdict complete",
        "x\\n2026-11-30T10:00:00.000+00:00 verdict complete",
    ],
    "an escape sequence": [
        "\u001b[2J\u001b]0;title\u0007red",
        "\\u{1b}[2J\\u{1b}]0;title\\u{7}red",
    ],
    "a C1 sequence": ["\u009b31m", "\\u{9b}31m"],
    "a return that overwrites": ["bad\rgood", "bad\\rgood"],
    "line and paragraph separators": ["a\u2028b\u2029c", "a\\u{2028}b\\u{2029}c"],
    "bidi marks": ["\u202egnp.exe\u2066\u061c", "\\u{202e}gnp.exe\\u{2066}\\u{61c}"],
    "hidden characters": [
        "a\u200bb\ufeffc\u00ad\u{e0041}",
        "a\\u{200b}b\\u{feff}c\\u{ad}\\u{e0041}",
    ],
    "half a pair": ["\ud800x", "\\u{d800}x"],
    "what looks escaped": ["\\u{1b}", "\\\\u{1b}"],
    "a name in another script": ["Größe 大 🫀", "Größe 大 🫀"],
    "a null byte": ["a\0b", "a\\u{0}b"],
}
for (const [name, [text, logged]] of Object.entries(HOSTILE))
    test(`${name} is made harmless [IVUS-LOG-005]`, () => {
        assert.is(logText(text), logged)
        assert.ok(isSafe(logged))
    })

test("no text of any characters leaves its line, and none grows beyond a limit [IVUS-LOG-005]", () => {
    const unit = fc.oneof(
        fc.integer({ min: 0, max: 0xffff }).map(n => String.fromCharCode(n)),
        fc.string({ unit: "binary", maxLength: 5 }),
        fc.constantFrom("\n", "\u001b[", "\u2028", "\u202e", "\ud800", "a".repeat(40), "\\")
    )
    fc.assert(
        fc.property(fc.array(unit, { maxLength: 300 }), parts => {
            const line = logText(parts.join(""))
            assert.ok(isSafe(line), JSON.stringify(line))
            assert.ok(line.length < TEXT_MAX + 40)
            // The same bytes come back from a file.
            assert.is(Buffer.from(line).toString("utf8"), line)
        }),
        { numRuns: 2000, seed: 1 }
    )
    assert.match(logText("é\n".repeat(TEXT_MAX)), /… \(\d+ more\)$/)
})

test("keys, passwords and tokens are removed, whoever put them into a message [IVUS-LOG-005]", () => {
    const key = Buffer.from(Uint8Array.from({ length: 32 }, (_, i) => 7 * i + 1))
    const pem = "-----BEGIN PRIVATE KEY-----\nMIIEvQ\nIBADAN\n-----END PRIVATE KEY-----"
    for (const [text, logged] of [
        [`the key ${key.toString("hex")} is wrong`, `the key ${REMOVED} is wrong`],
        [`{"link_key":"${key.toString("hex").toUpperCase()}"}`, `{"link_key":"${REMOVED}"}`],
        [`key ${key.toString("base64")}`, `key ${REMOVED}`],
        [`file: ${pem} end`, `file: ${REMOVED} end`],
        [pem.slice(0, 40), REMOVED],
        ["WIFI_PWD=hunter2 and more", `WIFI_PWD= ${REMOVED}`],
        ['"api-key": "abc"', `"api-key": ${REMOVED}`],
        ["Authorization: Bearer abc", `Authorization: ${REMOVED}`],
        ["https://me:pw@pacs/dicom-web", `https://${REMOVED}@pacs/dicom-web`],
        ["http://user:pa/ss@host/x", `http://${REMOVED}@host/x`],
        ["http://user:p@ss@host", `http://${REMOVED}@host`],
        ["https://TOKEN@host/x", `https://${REMOVED}@host/x`],
        ["pass: x", `pass: ${REMOVED}`],
        ['{\\"password\\":\\"x\\"}', `{\\\\"password\\\\": ${REMOVED}`],
        ["token abc123 of the board", `token ${REMOVED} of the board`],
        ["PASSWORD is hunter2", `PASSWORD is ${REMOVED}`],
        ["Bearer abc.def1", `Bearer ${REMOVED}`],
        ["run --token abc --frames 2", `run --token ${REMOVED} --frames 2`],
        ["key 00112233-44556677-8899aabb-ccddeeff", `key ${REMOVED}`],
        ["key 00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff.", `key ${REMOVED}.`],
        ["key 00112233 44556677 8899AABB CCDDEEFF", `key ${REMOVED}`],
    ] as const)
        assert.is(logText(text), logged)
    for (const plain of [
        "board 0000000200000001",
        "there is no key for this cart: pair it",
        "the token was refused, and no password is known",
        "2026-11-30 10:00:00.000 from 02:00:00:00:00:01",
        "https://pacs/a@b, low-pass: 12 MHz, pass 2 of 3, that the bypass: yes",
    ])
        assert.is(logText(plain), plain)
})

test("a hostile text of a megabyte costs no more than its beginning, and shows no half of a secret [IVUS-LOG-005]", () => {
    // Read whole, each of the first three would take minutes.
    for (const part of [
        "://a:",
        "://",
        "://a:b",
        "a-",
        "token_",
        "-----BEGIN A PRIVATE KEY-----",
        "0",
    ])
        assert.ok(logText(part.repeat(1e6 / part.length)).length < TEXT_MAX + 40, part)
    const long = `${"0".repeat(7000)} ${"x".repeat(980)} 0123456789abcdef0123456789abcdef0123456789abcdef`
    assert.not.match(logText(long + " y".repeat(1000)), /0123/)
    assert.match(logText("y".repeat(1e6)), /^y{4000}… \(996000 more\)$/)
})

test("an entry is one line with a time and its zone, whatever is in it [IVUS-LOG-005]", () => {
    const path = join(folder, "entries.log")
    const log = new LogFile(path, nobody)
    for (const [text] of Object.values(HOSTILE)) log.write("note", text)
    log.end()
    log.write("note", "after the end")
    const lines = linesOf(path)
    assert.is(lines.length, Object.keys(HOSTILE).length)
    for (const line of lines) {
        assert.match(line, ENTRY)
        assert.ok(isSafe(line))
        assert.not(Number.isNaN(Date.parse(line.split(" ")[0]!)))
    }
})

test("a time stamp is the same instant in the zone of the computer", () => {
    for (const ms of [0, 1_796_000_000_123, 1_750_000_000_000]) {
        assert.match(stampOf(ms), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/)
        assert.is(Date.parse(stampOf(ms)), ms)
    }
})

test("what a cart sends is logged with times and values, and a hostile catheter id is harmless [IVUS-LOG-005]", () => {
    const path = join(folder, "cart.log")
    const log = new LogFile(path, nobody)
    const messages = cartLog(log, () => "1\u001b[31m")
    messages.onEvent({ code: EVENT_STATE, time_ms: 1234, value: 7 })
    messages.onEvent({ code: EVENT_SLED_MOVED, time_ms: 2000, value: 12_345_678 })
    messages.onEvent({ code: FAULT_STALL, time_ms: 3000, value: -5000 })
    messages.onEvent({ code: 999, time_ms: 4000, value: 1 })
    messages.onRefusal({ command: 3, serial: 9, reason: 201, value: 2 })
    messages.onDescription({ ...DESCRIPTION, catheter: "x\n\u001b]0;y\u0007" })
    log.end()
    const lines = linesOf(path)
    assert.is(lines.length, 6)
    assert.ok(lines.every(isSafe))
    assert.match(
        lines[0]!,
        / event {3}cart 1\\u\{1b\}\[31m: 1\.234 s 301 .*; value 7: state pulling$/
    )
    assert.match(lines[1]!, / alarm {3}.* 2\.000 s 319 medium priority: .*12\.346 mm$/)
    assert.match(lines[2]!, / alarm {3}.* 108 high priority: .* reads -0\.005 mm$/)
    assert.match(lines[3]!, /999 unknown code 999; value 1$/)
    assert.match(lines[4]!, / refused .*request 3, serial 9: 201 .*; value 2$/)
    assert.match(lines[5]!, /catheter x\\n\\u\{1b\}\]0;y\\u\{7\}, serial/)
})

/** A log of its own folder, whose files are at most 1,000 bytes. */
function rotated(
    name: string,
    options: LogOptions = {}
): { log: LogFile; path: string; at: string } {
    const at = join(folder, name)
    const path = join(at, "serve-1.log")
    return { log: new LogFile(path, nobody, { maxBytes: 1000, oldFiles: 3, ...options }), path, at }
}

test("the file is rotated at its limit: none is longer, none but the oldest entries is lost [IVUS-LOG-005]", () => {
    const { log, at } = rotated("rotation")
    const NAMES = ["serve-1.3.log", "serve-1.2.log", "serve-1.1.log", "serve-1.log"]
    for (let n = 0; n < 200; n++) log.write("note", `entry ${n}`)
    log.end()
    assert.equal(readdirSync(at).sort(), [...NAMES].sort())
    const numbers = NAMES.flatMap(name => {
        const length = statSync(join(at, name)).size
        assert.ok(length <= 1000, `${name}: ${length} bytes`)
        return linesOf(join(at, name)).map(line => Number(/entry (\d+)$/.exec(line)![1]))
    })
    assert.equal(
        numbers,
        numbers.map((_, i) => 200 - numbers.length + i)
    )
    // An entry has at most 50 bytes here, so that four files of 1,000 hold at least 72.
    assert.ok(numbers.length >= 72)
})

test("an entry that just fits stays, one byte more begins a new file; one beyond the limit has a file of its own", () => {
    const { log, path, at } = rotated("exact")
    log.write("note", "first")
    const rest = 1000 - statSync(path).size
    const overhead = statSync(path).size - "first".length
    log.write("note", "x".repeat(rest - overhead))
    assert.is(statSync(path).size, 1000)
    assert.equal(readdirSync(at), ["serve-1.log"])
    log.write("note", "y")
    assert.equal(readdirSync(at).sort(), ["serve-1.1.log", "serve-1.log"])
    log.write("note", "z".repeat(2000))
    log.write("note", "last")
    log.end()
    assert.is(linesOf(path).length, 1)
    assert.is(readdirSync(at).length, 4)
})

test("an entry that is repeated every second is counted, and written once a minute", () => {
    let nowMs = 0
    const { log, path } = rotated("repeated", { repeatMs: 60_000, nowMs: () => nowMs })
    for (let n = 0; n < 90; n++) {
        nowMs = 1000 * n
        log.write("note", "the cart left")
    }
    log.write("note", "another")
    // The clock was set back.
    nowMs = -5000
    log.write("note", "another")
    log.end()
    const texts = linesOf(path).map(line => line.slice(38))
    assert.equal(texts, [
        "the cart left",
        "the cart left (and 59 times before)",
        "another",
        "another",
    ])
})

test("a full disk is said once, stops nothing, and the entries that it cost are counted when there is room again", () => {
    const said: string[] = []
    const path = join(folder, "full.log")
    let room = 100
    const log = new LogFile(path, line => said.push(line), {
        write: (fd, bytes) => {
            if (room === 0) throw Object.assign(new Error("full"), { code: "ENOSPC" })
            const count = writeSync(fd, bytes.subarray(0, room))
            room -= count
            return count
        },
    })
    for (let n = 0; n < 5; n++) log.write("note", `entry ${n} ${"x".repeat(40)}`)
    room = 1000
    log.write("note", "with room")
    log.end()
    assert.equal(said, [
        `The log "${path}" cannot be written (no space left); everything else goes on.`,
    ])
    const lines = linesOf(path)
    assert.match(lines[0]!, /entry 0 x{40}$/)
    // The second one was cut by the full disk, and the next one has a line of its own.
    assert.ok(lines[1]!.length < 30)
    assert.match(lines[2]!, /with room \(4 entries before this one were lost\)$/)
    assert.is(lines.length, 3)
})

test("a folder that is a file, cannot be made, or a log that is a folder, is said once and stops nothing", () => {
    const file = join(folder, "file")
    writeFileSync(file, "")
    mkdirSync(join(folder, "taken.log"))
    for (const path of [join(file, "a.log"), "/proc/none/a.log", join(folder, "taken.log")]) {
        const said: string[] = []
        const log = new LogFile(path, line => said.push(line))
        for (let n = 0; n < 3; n++) log.write("note", "entry")
        log.end()
        assert.is(said.length, 1, path)
        assert.match(said[0]!, /cannot be written \(.+\); everything else goes on\.$/)
    }
})

test("an entry that a power cut has cut ends in a line of its own", () => {
    const path = join(folder, "torn.log")
    const first = new LogFile(path, nobody)
    first.write("note", "whole")
    first.end()
    appendFileSync(path, "2026-11-30T10:00:00.000+00:00 no")
    const next = new LogFile(path, nobody)
    next.write("note", "next")
    next.end()
    const lines = linesOf(path)
    assert.is(lines.length, 3)
    assert.match(lines[2]!, / note {4}next$/)
})

test("a program that is killed while it writes leaves whole lines only, over rotations [IVUS-LOG-005]", async () => {
    const at = join(folder, "killed")
    const program = `
        import { LogFile } from ${JSON.stringify(new URL("log-file.ts", import.meta.url).href)}
        const log = new LogFile(${JSON.stringify(join(at, "serve-1.log"))}, console.error, { maxBytes: 20000, oldFiles: 2 })
        for (let n = 0; ; n++) {
            log.write("note", "entry " + n + " " + "x".repeat(n % 300) + " end")
            if (n === 500) console.log("running")
        }`
    const killed = spawn(process.execPath, [
        ...["--import", "tsx", "--input-type", "module", "--eval", program],
    ])
    await once(killed.stdout, "data")
    killed.kill("SIGKILL")
    await once(killed, "exit")
    const numbers = ["serve-1.2.log", "serve-1.1.log", "serve-1.log"]
        .filter(name => readdirSync(at).includes(name))
        .flatMap(name => linesOf(join(at, name)))
        .map(line => Number(/ note {4}entry (\d+) x* end$/.exec(line)![1]))
    assert.ok(numbers.length > 100)
    // Without gaps, whatever file they are in.
    assert.equal(
        numbers,
        numbers.map((_, i) => numbers[0]! + i)
    )
})

test.run()
