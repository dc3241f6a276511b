// The official VM in this process: driven by the virtual clock, several side by side, isolated from the real machine.
// Needs the firmware built by `npm run build` in .devicescript/bin. Traces are compared byte for byte.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { existsSync, statSync } from "node:fs"
import { SERVICE_LIMIT_US } from "../../../src/shared/devices/line-engine"
import { VirtualBoard } from "../virtual-board"
import type { VirtualBoardSetup } from "../virtual-board-options"
import { WATCHDOG_US } from "../safety-circuit/watchdog"
import { DeviceVm, type VmSocket } from "./device-vm"
import { VirtualClock } from "./virtual-clock"

const test = suite("device VM")

const BYTECODE = ".devicescript/bin/bytecode.devs"
const SEED = 11
/** Between two control loops, so that no transfer is in progress. */
const BETWEEN_US = 1_005_000

interface Bench {
    board: VirtualBoard
    /** Everything observable from outside, with its time. */
    seen: string[]
    peers: VmSocket[]
    run(untilUs: number): Promise<void>
}

async function boot(more: Partial<VirtualBoardSetup> = {}): Promise<Bench> {
    const clock = new VirtualClock()
    const seen: string[] = []
    const peers: VmSocket[] = []
    const board = await VirtualBoard.boot({
        clock,
        bytecodeFile: BYTECODE,
        seed: SEED,
        catheter: { id: "array-20mhz", serial: 7 },
        echo: { line: (_, __, out) => void out.fill(0) },
        vesselOriginMm: 1,
        onConnect: peer => {
            seen.push(`${clock.nowUs} connects to ${peer.host}:${peer.port}`)
            peers.push(peer)
            clock.after(300, () => peer.refuse("connection refused"))
        },
        onLog: (line, timeUs) => seen.push(`${timeUs} ${line}`),
        onSpi: ({ timeUs, device, mosi, miso }) =>
            seen.push(
                [timeUs, device, ...[mosi, miso].map(b => Buffer.from(b))]
                    .map(part => (Buffer.isBuffer(part) ? part.toString("hex") : part))
                    .join(" ")
            ),
        ...more,
    })
    const run = async (untilUs: number): Promise<void> => {
        for (let i = 1; clock.step(untilUs); i++)
            if (i % 500 === 0) await new Promise(r => setImmediate(r))
    }
    return { board, seen, peers, run }
}

test("the firmware has been built", () => {
    assert.ok(existsSync(BYTECODE), "npm run build writes the bytecode")
})

test("two VMs side by side, stepped in different strides, give the same log and the same bus traffic", async () => {
    const [one, two] = [await boot(), await boot()]
    // The first runs in strides of 7 ms, the second in strides of 91 ms.
    for (let t = 0; t <= 1_500_000; t += 7000) {
        await one.run(t)
        if (t % 91_000 === 0) await two.run(t)
    }
    await one.run(1_500_000)
    await two.run(1_500_000)
    // The firmware found its chips and tried to connect to its host.
    assert.ok(one.seen.length > 500)
    assert.ok(one.seen.some(line => line.includes(" line-engine ")))
    assert.ok(one.seen.some(line => line.includes(" tmc5160 ")))
    assert.ok(one.peers.length > 0)
    assert.is(one.seen.join("\n"), two.seen.join("\n"))
    one.board.stopVm()
    two.board.stopVm()
})

test("the heartbeat keeps the watchdog alive; 100 ms after the VM stops it expires and blocks transmission", async () => {
    const { board, seen, run } = await boot()
    await run(BETWEEN_US)
    assert.ok(board.watchdog.alive)
    assert.not(board.engine.firing.inhibited)
    board.stopVm()
    const before = seen.length
    await run(BETWEEN_US + WATCHDOG_US)
    assert.not(board.watchdog.alive)
    assert.ok(board.engine.firing.inhibited)
    await run(3_000_000)
    assert.is(seen.length, before, "a stopped VM does nothing")
    assert.is(WATCHDOG_US, SERVICE_LIMIT_US)
})

test("a stalled VM does nothing for the given time and then continues, while the rest of the board runs", async () => {
    const { board, seen, run } = await boot()
    await run(BETWEEN_US)
    board.stallVm(80)
    const before = seen.length
    await run(BETWEEN_US + 79_999)
    assert.is(seen.length, before)
    assert.ok(board.watchdog.alive, "80 ms are shorter than the watchdog's 100 ms")
    await run(BETWEEN_US + 100_000)
    assert.ok(seen.length > before)
    assert.ok(board.watchdog.alive)
    board.stopVm()
})

test("reading and collecting the heap from outside does not change the program's behaviour", async () => {
    const [one, two] = [await boot(), await boot()]
    for (let t = 0; t <= 1_000_000; t += 1000) {
        one.board.heap?.collectAlways(t > 500_000 && t < 600_000)
        one.board.heap?.use()
        await one.run(t)
    }
    await two.run(1_000_000)
    assert.is(one.seen.join("\n"), two.seen.join("\n"))
    const use = one.board.heap!.use()!
    // 64 kB less 12 bytes for the VM's list and the last header.
    assert.is(use.sizeBytes, 64 * 1024 - 12)
    assert.is(use.usedBytes + use.freeBytes, use.sizeBytes)
    assert.ok(use.largestFreeBytes > 0 && use.largestFreeBytes <= use.freeBytes)
    assert.ok(use.allocations > 1000)
    // Right after a collection less is used than with the garbage of several loops.
    one.board.heap!.collectAlways(true)
    await one.run(1_000_000 + 20_000)
    assert.ok(one.board.heap!.use()!.usedBytes < use.usedBytes)
    one.board.stopVm()
    two.board.stopVm()
})

test("the VM runs only while the clock is stepped", async () => {
    const { board, seen, run } = await boot()
    await run(50_000)
    const before = seen.length
    for (let i = 0; i < 20; i++) await new Promise(r => setImmediate(r))
    assert.is(seen.length, before)
    assert.is(board.clock.nowUs, 50_000)
    board.stopVm()
})

test("the flash is in memory: one per VM, can be booted again, and no file is touched", async () => {
    const file = ".devicescript/flash/sim.bin"
    const written = (): number => (existsSync(file) ? statSync(file).mtimeMs : -1)
    const before = written()
    const use = async (flash?: Uint8Array): Promise<Buffer> => {
        const clock = new VirtualClock()
        const host = {
            clock,
            onFrame: () => undefined,
            onConnect: () => undefined,
            onLog: () => undefined,
            randomBytes: (count: number) => new Uint8Array(count),
        }
        const vm = await DeviceVm.boot(BYTECODE, host, flash)
        for (let i = 0; i < 2000 && clock.step(200_000); i++);
        vm.stop()
        return Buffer.from(vm.settings)
    }
    const first = await use()
    assert.ok(first.some(byte => byte !== 0xff))
    assert.ok(first.equals(await use()), "nothing remains of the earlier VM")
    // The VM appends a record at each boot and writes only where the flash is erased (0xff).
    const again = await use(Uint8Array.from(first))
    assert.not(again.equals(first))
    for (const [i, byte] of first.entries()) if (byte !== 0xff) assert.is(again[i], byte)
    assert.is(written(), before)
})

test("refuses a file that is not bytecode with a message, before anything runs", async () => {
    for (const [bytecodeFile, sentence] of [
        ["no-such-file.devs", /cannot read the firmware no-such-file\.devs \(ENOENT\)/],
        ["package.json", /package\.json is not DeviceScript bytecode/],
    ] as const) {
        let message = ""
        try {
            await boot({ bytecodeFile })
        } catch (e) {
            message = (e as Error).message
        }
        assert.match(message, sentence)
    }
})

test("counts the same instructions in every run; counting and timing do not change the program's behaviour", async () => {
    const [plain, one, two] = [await boot(), await boot(), await boot()]
    for (const { board, run } of [one, two]) {
        await run(1_000_000)
        board.controller!.time.enabled = true
    }
    const [first, second] = [one, two].map(b => b.board.controller!.countOpcodes())
    for (const { run } of [plain, one, two]) await run(1_200_000)
    first!.remove()
    const { count } = first!
    for (const { run } of [plain, one, two]) await run(1_500_000)
    assert.equal(one.seen, plain.seen)
    assert.equal(two.seen, plain.seen)
    // One control loop every 10 ms, with far more than one instruction each.
    assert.ok(count > 20 * 100, `${count} instructions`)
    assert.is(first!.count, count)
    assert.ok(second!.count > count)
    let byPlace = 0
    for (const n of first!.byPc.values()) byPlace += n
    assert.is(byPlace, count)
    assert.ok(one.board.controller!.time.busyMs > 0)
})

test("runs the same instructions in the same virtual time", async () => {
    const counts: number[] = []
    for (let i = 0; i < 2; i++) {
        const { board, run } = await boot()
        await run(1_000_000)
        const counter = board.controller!.countOpcodes()
        await run(1_200_000)
        counts.push(counter.count)
    }
    assert.is(counts[0], counts[1])
})

test.run()
