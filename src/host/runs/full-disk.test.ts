// What is left of a run on a full disk, which is a real one: this program is not allowed larger files.

import { spawnSync } from "node:child_process"
import {
    closeSync,
    existsSync,
    mkdtempSync,
    openSync,
    readdirSync,
    readFileSync,
    rmSync,
    statSync,
    writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { mock } from "node:test"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { plainRecords, TestBoard } from "../link/testing/test-board"
import { RunReceiver } from "../run/run-receiver"
import { CaptureFile } from "./capture-file"
import { lettingOldestGo } from "./let-oldest-go"
import { aboutNothing, type OnDiskFull } from "./run-about"
import { type DiskError, RunFolder } from "./run-folder"
import { bareRecord } from "./run-record"

const root = mkdtempSync(join(tmpdir(), "ivus-full-"))

/** No file may be larger, as on a disk that is full. @returns whether the system can do that */
function limitFiles(bytes: number | "unlimited"): boolean {
    return spawnSync("prlimit", [`--pid=${process.pid}`, `--fsize=${bytes}:`]).status === 0
}
// Without a listener this signal ends the program.
process.on("SIGXFSZ", () => undefined)
const canLimit = limitFiles("unlimited")

/** More than a disk of {@link LIMIT_BYTES} takes, and twice its older half. */
const LINES = 100_000
const EACH = 50
const LIMIT_BYTES = 2_000_000
const PIECE_BYTES = 100_000
const CAPTURE = ((): Uint8Array => {
    const board = new TestBoard().hello().describe({ run: 5 })
    for (let line = 0; line < LINES; line += EACH) board.lines(plainRecords(line, line + EACH))
    return board.end({ run: 5, lines_fired: LINES, lines_sent: LINES }).bytes()
})()

function replayed(path: string): RunReceiver {
    const receiver = new RunReceiver({}, undefined, "marks")
    receiver.push(readFileSync(path))
    receiver.finish()
    assert.equal(Object.values(receiver.stream.faults).filter(Boolean), [])
    return receiver
}

const full = suite("a full disk")
full.after(() => rmSync(root, { recursive: true, force: true }))
full.after.each(() => void limitFiles("unlimited"))

full("keeps what waits for it in memory, up to a limit, and counts the rest", () => {
    // A device that has no space.
    if (!existsSync("/dev/full")) return
    const errors: string[] = []
    const file = new CaptureFile(openSync("/dev/full", "r+"), error =>
        errors.push((error as NodeJS.ErrnoException).code!)
    )
    for (let i = 0; i < 20; i++) file.add(Buffer.alloc(1 << 20))
    assert.ok(errors.every(code => code === "ENOSPC"))
    assert.ok(errors.length >= 20)
    assert.is(file.bytesLost, 4 << 20)
    file.close()
    assert.is(file.bytesLost, 20 << 20)
})

full("lets the older half go in place: what is left is a capture that names what it lacks", () => {
    const path = join(root, "long.ivl")
    const bytes = CAPTURE
    writeFileSync(path, bytes)
    const fd = openSync(path, "r+")
    const steps = lettingOldestGo(fd, bytes.length)
    let step = steps.next()
    while (!step.done) step = steps.next()
    const once = step.value
    assert.ok(Math.abs(once / bytes.length - 0.5) < 0.01, `${once} of ${bytes.length}`)
    closeSync(fd)
    assert.is(statSync(path).size, once)
    const { description, assembler, end } = replayed(path)
    assert.is(description?.run, 5)
    assert.is(end?.lines_fired, LINES)
    assert.is(assembler!.counts.missing, 0)
    assert.is(assembler!.leftOut + assembler!.counts.received, LINES)
    assert.ok(Math.abs(assembler!.leftOut - LINES / 2) <= 2 * EACH)
})

full(
    "what comes while the older half goes is behind the rest, on the disk soon after it",
    async () => {
        const path = join(root, "going.ivl")
        const file = new CaptureFile(openSync(path, "wx+"), () => assert.unreachable())
        const most = Math.trunc(0.8 * CAPTURE.length)
        file.add(CAPTURE.subarray(0, most))
        file.letGo()
        file.add(CAPTURE.subarray(most))
        await file.lettingGo
        assert.is(statSync(path).size + file.bytesLost, CAPTURE.length)
        file.close()
        const { assembler, end } = replayed(path)
        assert.equal([end?.lines_fired, assembler!.counts.missing], [LINES, 0])
        assert.is(assembler!.leftOut + assembler!.counts.received, LINES)
    }
)

/** A run of which the disk takes 2 MB, with a picture and a spec beside its capture. */
async function filled(onDiskFull: OnDiskFull): Promise<{ folder: RunFolder; errors: DiskError[] }> {
    const place = { runs: join(root, onDiskFull), force: false, dateMs: 0, catheter: "a" }
    const folder = RunFolder.create({ ...place, onDiskFull })
    const errors: DiskError[] = []
    folder.onDiskError = error => void errors.push(error)
    folder.write("longitudinal.png", "png")
    folder.keep("catheter.json", "{}")
    limitFiles(LIMIT_BYTES)
    for (let at = 0; at < CAPTURE.length; at += PIECE_BYTES) {
        folder.capture(CAPTURE.subarray(at, at + PIECE_BYTES))
        // Some bytes come while the older half goes.
        if ((at / PIECE_BYTES) % 3 === 0) await folder.room()
    }
    await folder.settled()
    writeFileSync(folder.pathOf("pullback.dcm"), "late")
    folder.wrote("pullback.dcm")
    folder.write("measurements.csv", "late")
    const run = { verdict: "stopped", verdictReason: null, catheter: "a" } as const
    const about = aboutNothing(0, "cart")
    folder.record(bareRecord(run, { about, hello: undefined, files: folder.files }))
    folder.close()
    return { folder, errors }
}

const onSuchDisk = canLimit ? full : full.skip

onSuchDisk(
    "stop: what came first is kept, with the record, and nothing is begun after it",
    async () => {
        const { folder, errors } = await filled("stop")
        assert.is(errors.length, 1)
        assert.match(
            errors[0]!.message,
            /^The disk takes no more of .* capture\.ivl cannot be written/
        )
        const names = ["capture.ivl", "catheter.json", "longitudinal.png", "run.json"]
        assert.equal([readdirSync(folder.path).sort(), folder.files], [names, names])
        const kept = readFileSync(join(folder.path, "capture.ivl"))
        assert.ok(kept.length > LIMIT_BYTES / 2 && kept.length <= LIMIT_BYTES)
        // A piece that was written in part is not counted; it may be there.
        const lost = CAPTURE.length - folder.bytesLost
        assert.equal(kept.subarray(0, lost), Buffer.from(CAPTURE.subarray(0, lost)))
    }
)

onSuchDisk(
    "keep-newest: the results go first, then the oldest A-lines, as often as needed",
    async () => {
        const { folder, errors } = await filled("keep-newest")
        assert.is(errors.length, 1)
        const names = ["capture.ivl", "catheter.json", "run.json"]
        assert.equal([readdirSync(folder.path).sort(), folder.files], [names, names])
        const kept = join(folder.path, "capture.ivl")
        const { size } = statSync(kept)
        assert.ok(size > LIMIT_BYTES / 3 && size <= LIMIT_BYTES, `${size}`)
        assert.is(folder.bytesLost, CAPTURE.length - size)
        const { description, assembler, end } = replayed(kept)
        assert.equal([description?.run, end?.lines_fired], [5, LINES])
        const { received, missing } = assembler!.counts
        assert.equal([assembler!.leftOut + received, missing], [LINES, 0])
        assert.ok(received < LINES / 2)
    }
)

full("a program that is killed loses at most the bytes of half a second", () => {
    const path = join(root, "flushed.ivl")
    const timers: { action: () => void; ms: number }[] = []
    const stub = mock.method(globalThis, "setTimeout", (action: () => void, ms: number) => {
        timers.push({ action, ms })
        const timer = { unref: () => timer }
        return timer
    })
    const file = new CaptureFile(openSync(path, "w+"), () => assert.unreachable())
    for (const text of ["abc", "def"]) file.add(Buffer.from(text))
    stub.mock.restore()
    assert.equal(
        timers.map(({ ms }) => ms),
        [500]
    )
    timers[0]!.action()
    assert.is(readFileSync(path, "utf8"), "abcdef")
    file.close()
})

full.run()
