// Ring-down references: stored by catheter and settings, refused when damaged or foreign, stale with time.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import {
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    renameSync,
    rmSync,
    writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DESCRIPTION } from "../link/testing/test-board"
import {
    decodeReference,
    encodeReference,
    ReferenceError,
    type StoredReference,
} from "./reference-file"
import { differences, referenceKey, type ReferenceKey } from "./reference-key"
import { defaultReferenceFolder, ReferenceStore } from "./reference-store"
import { AGE_LIMIT_MS, RESIDUAL_LIMIT_DB, stalenessReasons } from "./staleness"

const root = mkdtempSync(join(tmpdir(), "ivus-references-"))
process.on("exit", () => rmSync(root, { recursive: true, force: true }))
let folders = 0
const freshFolder = (): string => join(root, `${folders++}`, "deep")

const KEY = referenceKey(DESCRIPTION, 0x000100)
const NOW = Date.UTC(2026, 10, 24)

function reference(changes: Partial<ReferenceKey> = {}): StoredReference {
    const key = { ...KEY, ...changes }
    const codes = Uint8Array.from({ length: key.linesPerFrame * 4 }, (_, i) => (7 * i) & 255)
    return {
        key,
        capturedMs: NOW,
        ringDown: { firstSample: 2, endSample: 6, codes, frames: 30 },
    }
}

const store = suite("the store of references")

store("returns the latest reference that was saved", () => {
    const kept = new ReferenceStore(freshFolder())
    kept.save(reference())
    const later = { ...reference(), capturedMs: NOW + 1000 }
    const path = kept.save(later)
    assert.equal(kept.find(KEY), { stored: later, notes: [] })
    assert.equal(readdirSync(kept.folder), [path.slice(kept.folder.length + 1)])
})

store("does not return a reference of another serial number or catheter", () => {
    const kept = new ReferenceStore(freshFolder())
    kept.save(reference({ serial: 8 }))
    kept.save(reference({ catheter: "test-catheter-2" }))
    const { stored, notes } = kept.find(KEY)
    assert.is(stored, undefined)
    assert.equal(notes, [
        "No reference is stored for test-catheter with serial number 7 (only of serial number 8).",
    ])
    assert.is(kept.find({ ...KEY, serial: 8 }).stored?.key.serial, 8)
})

const OTHER: [Partial<ReferenceKey>, RegExp][] = [
    [{ centreFrequencyKhz: 10000 }, /another frequency:/],
    [{ samplesPerLine: 24 }, /another number of samples per line:/],
    [{ sampleSpacingNm: 40000 }, /another sample spacing:/],
    [{ tgc: KEY.tgc.replace(/4$/, "5") }, /another TGC:/],
    [{ tableCrc: 5 }, /another firing sequence:/],
    [{ firmwareVersion: 0x000200 }, /another firmware version:/],
]

for (const [changes, sentence] of OTHER)
    store(
        `does not use a reference with another ${Object.keys(changes).join(", ")} and reports it`,
        () => {
            const kept = new ReferenceStore(freshFolder())
            kept.save(reference(changes))
            const { stored, notes } = kept.find(KEY)
            assert.is(stored, undefined)
            assert.is(notes.length, 1)
            assert.match(notes[0]!, sentence)
            // Both can be stored beside each other.
            kept.save(reference())
            assert.ok(kept.find(KEY).stored)
            assert.ok(kept.find({ ...KEY, ...changes }).stored)
        }
    )

store("does not use a reference whose TGC differs in one point", () => {
    const tgc_cdb = DESCRIPTION.tgc_cdb.map((cdb, i) => (i === 17 ? cdb + 1 : cdb))
    const other = referenceKey({ ...DESCRIPTION, tgc_cdb }, KEY.firmwareVersion)
    assert.equal(differences(KEY, other), ["TGC"])
    const slower = referenceKey({ ...DESCRIPTION, tgc_step_ns: 21 }, KEY.firmwareVersion)
    assert.equal(differences(KEY, slower), ["TGC"])
    const kept = new ReferenceStore(freshFolder())
    kept.save(reference())
    assert.is(kept.find(other).stored, undefined)
})

store("refuses a file with damage at any byte, and accepts it once saved again", () => {
    const kept = new ReferenceStore(freshFolder())
    const path = kept.save(reference())
    const good = readFileSync(path)
    let refused = 0
    for (let at = 0; at < good.length; at++) {
        const bad = Buffer.from(good)
        bad[at]! ^= 0x01
        writeFileSync(path, bad)
        const { stored, notes } = kept.find(KEY)
        if (stored) {
            // Accepted changes are white space between tokens or another form of zero: the content must be the same.
            assert.equal(stored, reference())
            continue
        }
        refused++
        assert.match(notes[0]!, /cannot be used: .*; capture a new one/)
    }
    assert.ok(refused > good.length * 0.9, `${refused} of ${good.length}`)
    for (const length of [0, 1, good.length >> 1]) {
        writeFileSync(path, good.subarray(0, length))
        assert.match(kept.find(KEY).notes[0]!, /damaged/)
    }
    kept.save(reference())
    assert.ok(kept.find(KEY).stored)
})

store("refuses a file that is no reference, of another version, or under another's name", () => {
    const kept = new ReferenceStore(freshFolder())
    const path = kept.save(reference())
    const refusal = (content: string): string => {
        writeFileSync(path, content)
        return kept.find(KEY).notes[0]!
    }
    assert.match(refusal("[]"), /not a ring-down reference/)
    assert.match(refusal('{"format":"shopping list"}'), /not a ring-down reference/)
    const text = encodeReference(reference())
    assert.match(
        refusal(text.replace('"version": 2', '"version": 1')),
        /version 1, and only version 2/
    )
    assert.match(refusal("x".repeat(5 << 20)), /not a ring-down reference/)
    // Copied from another catheter's.
    const other = kept.save(reference({ serial: 8 }))
    renameSync(other, path)
    assert.match(kept.find(KEY).notes[0]!, /belongs to another file name/)
})

store("checks zone, samples and settings of a file with a valid CRC", () => {
    const { ringDown } = reference()
    const refused = (stored: object, what: RegExp): void => {
        const text = encodeReference(stored as StoredReference)
        assert.throws(
            () => decodeReference(text),
            (e: Error) => e instanceof ReferenceError && what.test(e.message)
        )
    }
    const codes = ringDown.codes.subarray(1)
    refused({ ...reference(), ringDown: { ...ringDown, codes } }, /do not fill/)
    refused({ ...reference(), ringDown: { ...ringDown, endSample: 99 } }, /outside of the line/)
    refused({ ...reference(), ringDown: { ...ringDown, firstSample: 7 } }, /outside of the line/)
    refused({ ...reference(), ringDown: { ...ringDown, frames: 0 } }, /outside/)
    refused({ ...reference(), key: { ...KEY, serial: -1 } }, /"serial" is missing or invalid/)
})

store("reports a failed write and keeps the older reference", () => {
    const blocked = join(root, "a-file")
    writeFileSync(blocked, "")
    assert.throws(
        () => new ReferenceStore(join(blocked, "x")).save(reference()),
        /could not be stored .*--references/
    )
    const kept = new ReferenceStore(freshFolder())
    const path = kept.save(reference())
    // A folder takes the place of the new file.
    mkdirSync(`${path}.partial`)
    assert.throws(() => kept.save({ ...reference(), capturedMs: NOW + 1 }))
    assert.equal(kept.find(KEY), { stored: reference(), notes: [] })
})

store("ignores and overwrites a partial file left by a crash", () => {
    const kept = new ReferenceStore(freshFolder())
    const path = kept.save(reference())
    writeFileSync(`${path}.partial`, readFileSync(path).subarray(0, 100))
    assert.equal(kept.find(KEY).notes, [])
    kept.save({ ...reference(), capturedMs: NOW + 1 })
    assert.is(kept.find(KEY).stored?.capturedMs, NOW + 1)
    assert.is(readdirSync(kept.folder).length, 1)
})

store("makes no path from an invalid catheter id", () => {
    const kept = new ReferenceStore(freshFolder())
    for (const catheter of ["../evil", "", "a/b", "A", "x".repeat(40)]) {
        assert.throws(() => kept.save(reference({ catheter })), /not a valid catheter id/)
        assert.is(kept.find({ ...KEY, catheter }).stored, undefined)
    }
})

store("is in the user's data folder by default", () => {
    assert.is(defaultReferenceFolder({ XDG_DATA_HOME: "/data" }), "/data/ivus-cart/references")
    assert.match(defaultReferenceFolder({}), /\.local.share.ivus-cart.references$/)
    // The XDG specification says to ignore relative paths.
    assert.is(defaultReferenceFolder({ XDG_DATA_HOME: "data" }), defaultReferenceFolder({}))
})

store.run()

const stale = suite("a matching reference is stale")

stale("when it is old, dated in the future, or leaves ring-down", () => {
    assert.equal(stalenessReasons(NOW, NOW, undefined), [])
    assert.equal(stalenessReasons(NOW, NOW + AGE_LIMIT_MS, -Infinity), [])
    assert.match(stalenessReasons(NOW, NOW + AGE_LIMIT_MS + 1, -40)[0]!, /12 h old/)
    assert.match(stalenessReasons(NOW + 3600_000, NOW, -40)[0]!, /future/)
    assert.equal(stalenessReasons(NOW + 1000, NOW, RESIDUAL_LIMIT_DB), [])
    assert.match(stalenessReasons(NOW, NOW, -12.4)[0]!, /ring-down of -12 dB/)
    assert.is(stalenessReasons(NOW, NOW + 2 * AGE_LIMIT_MS, 0).length, 2)
})

stale.run()
