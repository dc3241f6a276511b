// A catheter from a file by the command line: pullback, live picture, replay; invalid files are
// refused.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { allowsAll } from "../../src/host/run/operator"
import { runTcpPullback } from "../../src/host/targets/tcp/tcp-pullback"
import { KeyStore } from "../../src/host/link/key-store"
import { TestPeer } from "../../src/host/link/testing/test-peer"
import { firedSequence } from "../../src/host/sequence/firing-check"
import type { RunSummary } from "../../src/host/results/summary"
import type { SnakeCase } from "../../src/host/runs/snake-case"
import type { PullbackRequest } from "../../src/host/sequence/pullback-request"
import { type CatheterSpec, specOf } from "../../src/host/sequence/catheter-spec"
import * as burst from "../../src/shared/protocol/burst"
import { ivus } from "../support/cli/ivus"
import { KEY } from "../support/carts/scripted-host"
import { areaIn, roundVein } from "../support/imaging/round-vein"
import { ROTOR, ARRAY } from "../support/carts/file-catheters"
import { keepCalibration } from "../support/cli/calibrated-board"

const folder = mkdtempSync(join(tmpdir(), "ivus-catheter-"))
process.on("exit", () => rmSync(folder, { recursive: true, force: true }))

function file(name: string, content: unknown): string {
    const path = join(folder, name)
    writeFileSync(path, JSON.stringify(content))
    return path
}

const RADIUS_MM = 3
const VESSEL = join(folder, "round.csv")
writeFileSync(VESSEL, roundVein(RADIUS_MM))

const fromFile = suite("a catheter from a file")
keepCalibration(fromFile)
/** Capture of channel data with a sent pair list. */
let sentCapture: string

const onePull = async (
    spec: CatheterSpec,
    lengthMm: number,
    ...more: string[]
): Promise<{
    out: string
    path: string
    summary: SnakeCase<RunSummary>
    replayed: string
}> => {
    const out = join(folder, `${spec.id}-${more.length}`)
    const path = file(`${spec.id}.json`, spec)
    const done = await ivus(
        "pullback",
        "--once",
        "--json",
        "--length",
        String(lengthMm),
        "--out",
        out,
        "--catheter",
        path,
        "--vessel",
        VESSEL,
        ...more
    )
    assert.is(done.status, 0, done.err)
    // As for built-in catheters (channel-data-pullback.test.ts, lumen-in-view.test.ts).
    const area = areaIn(readFileSync(join(out, "measurements.csv"), "utf8"))
    assert.ok(Math.abs(area / (Math.PI * RADIUS_MM ** 2) - 1) < 0.06, `${area} mm²`)
    const replayed = `${out}-again`
    const replay = await ivus("replay", join(out, "capture.ivl"), "--out", replayed, "--json")
    assert.is(replay.status, 0, replay.err)
    const result = JSON.parse(replay.out) as SnakeCase<RunSummary>
    const summary = JSON.parse(done.out) as SnakeCase<RunSummary>
    assert.equal(result.sequence, summary.sequence)
    assert.equal(result.lines, summary.lines)
    for (const name of ["measurements.csv", "catheter.json"])
        assert.is(readFileSync(join(replayed, name), "utf8"), readFileSync(join(out, name), "utf8"))
    assert.equal(JSON.parse(readFileSync(join(out, "catheter.json"), "utf8")), spec)
    return { out, path, summary, replayed }
}

fromFile(
    "a counter-clockwise 30 MHz rotor: pullback, and replay with and without its data",
    async () => {
        const { out, summary, replayed, path } = await onePull(ROTOR, 1)
        assert.is(summary.catheter, ROTOR.id)
        assert.is(summary.lines_per_frame, 200)
        assert.is(summary.lines.missing, 0)
        assert.ok(summary.clean, JSON.stringify(summary))
        assert.is(summary.sequence.crc32c, summary.sequence.planned_crc32c)
        assert.ok(summary.rotation)
        // From the description alone: all pictures and measurements, but no plan to compare with.
        rmSync(join(out, "catheter.json"))
        const bare = await ivus("replay", join(out, "capture.ivl"), "--out", `${replayed}-bare`)
        assert.is(bare.status, 0, bare.err)
        assert.match(bare.out, /NOT COMPARED: .*--catheter and --pairs FILE\.json/)
        assert.is(
            readFileSync(join(`${replayed}-bare`, "measurements.csv"), "utf8"),
            readFileSync(join(out, "measurements.csv"), "utf8")
        )
        assert.not(existsSync(join(`${replayed}-bare`, "catheter.json")))
        const named = await ivus(
            "replay",
            join(out, "capture.ivl"),
            "--out",
            `${replayed}-named`,
            "--catheter",
            path
        )
        assert.match(named.out, /as planned/)
    }
)

fromFile("a 32-element array: A-lines, and its channel data beamformed", async () => {
    const { summary } = await onePull(ARRAY, 1)
    assert.is(summary.lines_per_frame, 256)
    assert.ok(summary.clean, JSON.stringify(summary))
    const {
        summary: elements,
        out,
        path,
    } = await onePull(ARRAY, 1, "--data", "elements", "--frame-rate", "2")
    assert.is(elements.lines_per_frame, 448)
    assert.is(elements.sequence.crc32c, elements.sequence.planned_crc32c)
    // The description does not contain the number of elements.
    rmSync(join(out, "catheter.json"))
    const bare = await ivus("replay", join(out, "capture.ivl"), "--out", `${out}-bare`)
    assert.is(bare.status, 1)
    assert.match(
        bare.err,
        /number of elements is unknown; name its spec with --catheter FILE\.json/
    )
    const other = file("other.json", { ...ARRAY, id: "other" })
    const mismatched = await ivus("replay", join(out, "capture.ivl"), "--catheter", other)
    assert.is(mismatched.status, 2)
    assert.match(
        mismatched.err,
        /other\.json": its id is "other", but the capture's catheter is "my-array-32"/
    )
    const pairs = file(
        "pairs.json",
        Array.from({ length: 32 * 3 }, (_, i) => [
            Math.floor(i / 3),
            (Math.floor(i / 3) + (i % 3)) % 32,
        ])
    )
    const { summary: sent, out: kept } = await onePull(
        ARRAY,
        1,
        "--data",
        "elements",
        "--frame-rate",
        "5",
        "--pairs",
        pairs
    )
    sentCapture = join(kept, "capture.ivl")
    assert.is(sent.lines_per_frame, 96)
    assert.is(sent.sequence.crc32c, sent.sequence.planned_crc32c)
    assert.ok(existsSync(path))
})

fromFile(
    "over TCP the host sends the catheter, the pair list and the setup in this order",
    async () => {
        const sent = Array.from(
            { length: 32 * 3 },
            (_, i) => [Math.floor(i / 3), (Math.floor(i / 3) + (i % 3)) % 32] as const
        )
        const request: PullbackRequest = {
            ...{ catheterId: ARRAY.id, spec: ARRAY, channelDataPairs: { sent } },
            ...{ speedMmPerS: 1, lengthMm: 2, frameRateHz: 5 },
        }
        const keys = new KeyStore(join(folder, "keys"))
        keys.save("0000000200000001", KEY)
        let listens: (port: number) => void
        const port = new Promise<number>(resolve => (listens = resolve))
        const run = runTcpPullback(
            { kind: "tcp", host: "127.0.0.1", port: 0, insecure: false, keys: keys.folder },
            request,
            {
                progress: (_, line) => {
                    const result = /^waiting for the cart at .* on port (\d+)/.exec(line)
                    if (result) listens(Number(result[1]))
                },
                operator: allowsAll(),
            }
        )
        // A cart that replays a virtual pullback, without the refusal that requested a calibration.
        const socket = connect(await port, "127.0.0.1")
        const peer = new TestPeer(bytes => void socket.write(bytes), {
            key: KEY,
            corrupt: (bytes, type) => (type === burst.TYPE_REFUSAL ? undefined : bytes),
        })
        peer.onOpen = () => {
            peer.replay(readFileSync(sentCapture))
            setTimeout(() => socket.end(), 1000)
        }
        // The host may close the connection before the last bytes are sent.
        socket.on("error", () => socket.destroy())
        socket.on("data", bytes => peer.receive(bytes))
        peer.hello()
        const received = await run
        assert.equal(received.spec, ARRAY)
        assert.equal(received.pairs, sent)
        assert.is(
            firedSequence(received.receiver.description!, sent, undefined, ARRAY).plannedCrc32c,
            received.receiver.description!.sequence_crc
        )
        const sentTypes = peer.received.map(h => h.type)
        const beforeSetup = sentTypes.slice(0, sentTypes.lastIndexOf(burst.TYPE_SETUP) + 1)
        const { TYPE_CATHETER: c, TYPE_PAIRS: p, TYPE_SETUP: s } = burst
        assert.equal(beforeSetup.filter(t => t === c || t === p || t === s).slice(-4), [c, p, p, s])
    }
)

fromFile("a live picture uses the catheter's own values", async () => {
    const png = join(folder, "live.png")
    const { status, out, err } = await ivus(
        "live",
        "--catheter",
        file("rotor.json", ROTOR),
        "--frames",
        "5",
        "--json",
        "--console-port",
        "0",
        "--references",
        join(folder, "refs"),
        "--out",
        png
    )
    assert.is(status, 0, err)
    assert.is(JSON.parse(out).catheter, ROTOR.id)
    assert.ok(existsSync(png))
})

/** File content and the expected sentence. */
const INVALID: [object, RegExp][] = [
    [
        { ...ARRAY, supply_mv: 200000 },
        /supply_mv is 200000; allowed: whole numbers from 1000 to 100000 mV/,
    ],
    [{ ...ARRAY, pulse_cycles: 5 }, /pulse_cycles is 5; allowed: up to burst_max_cycles, 4/],
    [
        { ...ARRAY, id: "array-20mhz" },
        /the id "array-20mhz" is reserved for a built-in catheter; choose another/,
    ],
    [
        { ...specOf("single-un0rick")!, id: "mine" },
        /front_end is 2; allowed: 1, an array or a rotor/,
    ],
    [{ ...ARRAY, rotor_sign: 0 }, /rotor_sign is 0; allowed: no field of this name/],
    [[], /catheter is \[\]; allowed: an object/],
]

fromFile(
    "an invalid file is refused with file, field, value and limit, and exit status 2",
    async () => {
        for (const [i, [content, sentence]] of INVALID.entries())
            for (const command of [
                ["pullback", "--once"],
                ["live", "--frames", "1"],
            ]) {
                const { status, err } = await ivus(
                    ...command,
                    "--catheter",
                    file(`bad-${i}.json`, content)
                )
                assert.is(status, 2, err)
                assert.match(err, sentence)
                assert.match(err, `bad-${i}.json`)
            }
        for (const [args, sentence] of [
            [["--catheter", join(folder, "none.json")], /cannot be read \(ENOENT\)/],
            [["--catheter", file("a.json", ARRAY), "--length", "61"], /1 to 60 mm/],
            [
                [
                    "--catheter",
                    file("b.json", { ...ARRAY, elements: 8, pair_span: 0 }),
                    "--data",
                    "elements",
                    "--frame-rate",
                    "1",
                ],
                /more receivers than the 8 elements of my-array-32/,
            ],
            [
                ["--catheter", file("c.json", ROTOR), "--frame-rate", "30"],
                /rotor of this catheter does not support this frame rate.* up to 25\.00 frames\/s fit/,
            ],
        ] as const) {
            const { status, err } = await ivus("pullback", "--once", ...args)
            assert.is(status, 2, err)
            assert.match(err, sentence)
        }
    }
)

fromFile.run()
