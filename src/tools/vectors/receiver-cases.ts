// Streams with damage and the counts that a receiver must report for them, which are frozen in receiver-vectors.json.

import { FLAG_INSECURE, sealHeader, TAG_AT, TYPE_REJECT } from "../../shared/protocol/burst"
import { LINE_AT_SPEED } from "../../shared/acquisition/line-record"
import { layoutHash } from "../../shared/protocol/layout-hash"
import { EVENT_MARK } from "../../shared/codes"
import { REJECT } from "../../shared/protocol/messages"
import { RunReceiver } from "../../host/run/run-receiver"
import { concat, plainLine, record, TestBoard } from "../../host/link/testing/test-board"

export interface ReceiverVectors {
    readonly about: string
    /** Where a sample of radius 1 is in a cross-section. */
    readonly angles: readonly { lines_per_frame: number; index: number; x: number; y: number }[]
    /** A whole stream as hex, and its counts. */
    readonly streams: readonly { name: string; hex: string; counts: ReceiverCounts }[]
}

export interface ReceiverCounts {
    readonly bursts_missing: number
    readonly bursts_doubled: number
    readonly bursts_forged: number
    readonly bursts_cut: number
    readonly lines_damaged: number
    readonly messages_damaged: number
    readonly lines_received: number
    readonly lines_missing: number
    /** The numbers of the frames that count as imaged, from the first one. */
    readonly frames: readonly number[]
}

/** Lines of a frame, and of a burst. */
const [FRAME, BURST] = [8, 4]
/** Offset of a sample of the second record of a burst. */
const IN_SECOND_RECORD = 64 + 36 + 24

/** What a receiver counts. */
export function countsOf(stream: Uint8Array): ReceiverCounts {
    const receiver = new RunReceiver()
    receiver.push(stream)
    receiver.finish()
    const { faults } = receiver.stream
    const { counts, marks } = receiver.assembler!
    return {
        bursts_missing: faults.burstsMissing,
        bursts_doubled: faults.burstsDoubled,
        bursts_forged: faults.burstsForged,
        bursts_cut: faults.burstsCut,
        lines_damaged: faults.linesDamaged,
        messages_damaged: faults.messagesDamaged,
        lines_received: counts.received,
        lines_missing: counts.missing,
        frames: marks.map(mark => mark.index),
    }
}

/** The bursts of a session with a run of `count` A-lines; with tags in force a reader without keys sees only that flag 0x02 is absent. */
function session(hasTags: boolean, count: number, isAtSpeed: (line: number) => boolean) {
    const flags = hasTags ? 0 : FLAG_INSECURE
    const board = new TestBoard().hello().describe()
    for (let from = 0; from < count; from += BURST) {
        const lines = Array.from({ length: Math.min(BURST, count - from) }, (_, i) => {
            const header = plainLine(from + i)
            const others = header.flags & ~LINE_AT_SPEED
            return record({ ...header, flags: others | (isAtSpeed(from + i) ? LINE_AT_SPEED : 0) })
        })
        board.lines(lines)
    }
    board.end({ lines_fired: count, lines_sent: count })
    return board.bursts.map((bytes, i) => {
        const burst = Uint8Array.from(bytes)
        burst[7] = (burst[7]! & ~FLAG_INSECURE) | flags
        sealHeader(burst, layoutHash())
        // Any tag: it cannot be verified without the keys.
        if (hasTags && i > 0) burst.fill(0xa0 + i, TAG_AT, TAG_AT + 16)
        return burst
    })
}

const always = (): boolean => true
/** Hello, description, then bursts of lines. */
const FIRST_LINES = 2

function changed(bursts: readonly Uint8Array[], at: number, change: (burst: Uint8Array) => void) {
    const odd = Uint8Array.from(bursts[at]!)
    change(odd)
    return concat([...bursts.slice(0, at), odd, ...bursts.slice(at + 1)])
}

/** A copy of a burst that somebody without the key has sent, with another sequence number, as it is in a capture of the host. */
function forged(burst: Uint8Array): Uint8Array {
    const copy = Uint8Array.from(burst)
    copy[14]! ^= 1
    sealHeader(copy, layoutHash())
    return withoutTag(copy)
}

/** As the host records a burst whose tag is wrong. */
const withoutTag = (burst: Uint8Array): Uint8Array => burst.fill(0xff, TAG_AT, TAG_AT + 16)

function streams(): [name: string, stream: Uint8Array][] {
    const plain = session(false, 4 * FRAME, always)
    const sealed = session(true, 4 * FRAME, always)
    const at = FIRST_LINES + 2
    const flip = (burst: Uint8Array): void => void (burst[IN_SECOND_RECORD]! ^= 8)
    const cut = (bursts: readonly Uint8Array[]): Uint8Array =>
        concat([
            ...bursts.slice(0, at),
            bursts[at]!.subarray(0, IN_SECOND_RECORD),
            ...bursts.slice(at + 1),
        ])
    const rejected = new TestBoard()
    rejected.message(TYPE_REJECT, REJECT, { reason: 409 })
    return [
        ["nothing is wrong", concat(plain)],
        [
            "without tags, one record is damaged: the others of its burst are used",
            changed(plain, at, flip),
        ],
        [
            "with a right tag, one record is damaged: the others of its burst are used",
            changed(sealed, at, flip),
        ],
        [
            "with a wrong tag, one record is damaged: no other of its burst is used, and its number does not count",
            changed(sealed, at, burst => flip(withoutTag(burst))),
        ],
        [
            "without tags, a burst is cut in its second record: those behind the cut are damaged",
            cut(plain),
        ],
        [
            "with tags, a burst is cut in its second record: none of its records is used",
            cut(sealed.map((b, i) => (i === at ? withoutTag(Uint8Array.from(b)) : b))),
        ],
        [
            "with tags, a burst is cut within its tag: its number does not count",
            concat([
                ...sealed.slice(0, at),
                sealed[at]!.subarray(0, TAG_AT + 4),
                ...sealed.slice(at + 1),
            ]),
        ],
        [
            "a forged burst was added: neither its lines nor its number count",
            concat([...sealed.slice(0, at), forged(sealed[at]!), ...sealed.slice(at)]),
        ],
        [
            "a burst was replaced by a forged one: it is missing, too",
            concat([...sealed.slice(0, at), forged(sealed[at]!), ...sealed.slice(at + 1)]),
        ],
        [
            "a reject without a tag ends a session that is not open",
            concat([sealed[0]!, rejected.bytes(), ...session(true, FRAME, always)]),
        ],
        // Frames 0 to 5 have 3, 4, 8, 8, 4 and 0 lines at speed.
        [
            "a frame counts as imaged from half of its lines on",
            concat(
                session(
                    false,
                    6 * FRAME,
                    line => line >= 5 && line < 36 && !(line >= 8 && line < 12)
                )
            ),
        ],
        // Of frame 1 only two lines are received, of frame 2 only one: a quarter of 8 is two.
        [
            "a frame of less than a quarter of its lines does not count",
            concat([...plain.slice(0, 4), ...fewLines(), ...plain.slice(8)]),
        ],
    ]
}

/** As the bursts 4 to 7 of the plain session, with two lines of frame 1 and one of frame 2. */
function fewLines(): Uint8Array[] {
    const board = new TestBoard().hello()
    board.sequence = FIRST_LINES + FRAME / BURST
    for (const line of [8, 9, 16]) board.lines([record(plainLine(line))])
    return board.event(EVENT_MARK).bursts.slice(1)
}

export function makeReceiverVectors(): ReceiverVectors {
    const angles = [
        [256, 0],
        [256, 64],
        [256, 128],
        [256, 192],
        [512, 64],
        [16, 3],
    ].map(([lines_per_frame, index]) => {
        const angle = (2 * Math.PI * index!) / lines_per_frame!
        const rounded = (value: number): number => Math.round(value * 1e6) / 1e6 + 0
        return {
            ...{ lines_per_frame: lines_per_frame!, index: index! },
            ...{ x: rounded(Math.cos(angle)), y: rounded(Math.sin(angle)) },
        }
    })
    return {
        about: "What a receiver must make of the board's bytes: see README.md, Angles, Authentication, Sequence, Frames, Resynchronisation. Made by src/tools/vectors/write-vectors.ts. x points to the right, y down; `frames` are numbered from the first imaged one.",
        angles,
        streams: streams().map(([name, stream]) => ({
            name,
            hex: Buffer.from(stream).toString("hex"),
            counts: countsOf(stream),
        })),
    }
}
