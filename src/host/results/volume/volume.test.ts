// The volume: slices where the frames were, true spacing, and a file that other programs read.

import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { deflateSlice } from "./deflated-slice"
import { sliceOrder } from "./slice-order"
import { VolumeStream } from "./volume-stream"

const folder = mkdtempSync(join(tmpdir(), "ivus-volume-"))
process.on("exit", () => rmSync(folder, { recursive: true, force: true }))

const SIZE = { widthPx: 40, heightPx: 30, mmPerPxX: 0.05, mmPerPxY: 0.05 }
const ABOUT = { catheter: "array-20mhz", verdict: "complete", verdictReason: null }

/** Voxels of a frame: noise of which each frame has its own, or the same grey everywhere. */
function slice(frame: number): Uint8Array {
    if (frame % 3 === 0) return new Uint8Array(40 * 30).fill(frame)
    let state = frame + 1
    const noise = (): number => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 24
    return Uint8Array.from({ length: 40 * 30 }, noise)
}

interface Volume {
    readonly path: string
    readonly fields: Readonly<Record<string, string>>
    readonly comments: readonly string[]
    slice(k: number): Uint8Array
}

async function written(
    positionsMm: readonly number[],
    about: Parameters<VolumeStream["end"]>[2] = ABOUT
): Promise<Volume> {
    const path = join(folder, `${positionsMm.length}-${about.verdict}.nrrd`)
    const stream = new VolumeStream(path)
    // Threads finish in any order.
    for (const i of positionsMm.map((_, i) => i).reverse()) stream.add(i, deflateSlice(slice(i)))
    await stream.end(positionsMm, SIZE, about)
    return read(path)
}

/** By the format's description alone. */
function read(path: string): Volume {
    const bytes = readFileSync(path)
    const end = bytes.indexOf("\n\n")
    const [magic, ...lines] = bytes.subarray(0, end).toString("latin1").split("\n")
    assert.is(magic, "NRRD0005")
    const fields = lines
        .filter(line => !line.startsWith("#"))
        .map(line => /^(.+?):[ =](.*)$/.exec(line)!.slice(1))
    // Throws if the checksum or the length is wrong.
    const voxels = gunzipSync(bytes.subarray(end + 2))
    const { sizes } = Object.fromEntries(fields) as Record<string, string>
    assert.is(
        voxels.length,
        sizes!.split(" ").reduce((product, size) => product * Number(size), 1)
    )
    return {
        path,
        fields: Object.fromEntries(fields) as Record<string, string>,
        comments: lines.filter(line => line.startsWith("#")),
        slice: k => voxels.subarray(k * 1200, (k + 1) * 1200),
    }
}

const test = suite("volume")

test("has each frame as a slice, with the true spacing", async () => {
    const volume = await written(Array.from({ length: 20 }, (_, i) => 1 + 0.031 * i))
    const { fields } = volume
    assert.is(fields["sizes"], "40 30 20")
    assert.is(fields["space directions"], "(0.05,0,0) (0,0.05,0) (0,0,0.031)")
    // The middle of the first voxel: half of 39 and of 29 steps from the catheter.
    assert.is(fields["space origin"], "(-0.975,-0.725,1)")
    assert.is(fields["type"], "uint8")
    for (let k = 0; k < 20; k++) assert.equal(Uint8Array.from(volume.slice(k)), slice(k))
    assert.match(volume.comments[0]!, "not for clinical use")
})

test("says on top of a cut run that it is one, in ASCII", async () => {
    const verdictReason = "the sled stopped at 3 µm\nsizes: 1 1 1"
    const { comments, fields } = await written([0, 1], {
        ...{ ...ABOUT, verdict: "failed", verdictReason },
    })
    assert.is(comments[1], "# Run: failed: the sled stopped at 3 ?m?sizes: 1 1 1")
    assert.is(fields["sizes"], "40 30 2")
})

test("lays unequal frames out by position, and hatches where the sled was not imaged", async () => {
    // 0.5 mm are missing, and one frame came twice as late.
    const positions = [0, 0.1, 0.2, 0.41, 0.5, 1, 1.1]
    const order = sliceOrder(positions, 0.05)
    assert.equal(order.frames, [0, 1, 2, 2, 3, 4, 4, null, null, 5, 5, 6])
    assert.is(order.spacingMm.toFixed(6), "0.100000")
})

test("takes the stops of a stepped pullback as its slices", () => {
    // Four frames at each stop, with the noise of an encoder.
    const positions = [0, 0.5, 1, 1.5].flatMap(mm => [mm, mm + 0.001, mm - 0.001, mm])
    const { frames, spacingMm } = sliceOrder(positions, 0.05)
    assert.is(frames.length, 4)
    assert.ok(Math.abs(spacingMm - 0.5) < 0.003, `${spacingMm}`)
    assert.equal(
        frames.map(frame => Math.floor(frame! / 4)),
        [0, 1, 2, 3]
    )
})

test("of one frame, or of frames at one place, has one slice", async () => {
    assert.equal(sliceOrder([3], 0.05).frames, [0])
    assert.equal(sliceOrder([3, 3], 0.05).frames, [1])
    const { fields } = await written([3])
    assert.is(fields["space directions"], "(0.05,0,0) (0,0.05,0) (0,0,0.05)")
})

/** As pynrrd reads it: one decompression object, which stops at the end of the first gzip member. */
const READER = `
import sys, zlib, hashlib
data = open(sys.argv[1], "rb").read()
head, body = data.split(b"\\n\\n", 1)
sizes = [l for l in head.decode("ascii").split("\\n") if l.startswith("sizes: ")][0][7:]
inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
voxels = inflate.decompress(body)
assert inflate.eof and inflate.unused_data == b""
print(sizes, len(voxels), hashlib.sha256(voxels).hexdigest())
`

test("is one gzip stream for a reader in Python", async () => {
    const positions = Array.from({ length: 12 }, (_, i) => 0.04 * i)
    const { path } = await written(positions)
    const { status, stdout, error } = spawnSync("python3", ["-c", READER, path], {
        encoding: "utf8",
    })
    if (error) return console.log("skipped, because python3 is not installed")
    assert.is(status, 0)
    const hash = await crypto.subtle.digest(
        "SHA-256",
        Buffer.concat(positions.map((_, i) => slice(i)))
    )
    assert.is(stdout.trim(), `40 30 12 14400 ${Buffer.from(hash).toString("hex")}`)
})

test.run()
