// Responsible for: what the cart has to know of a transducer front end, whichever is on the board.
// Not for: any front end in particular (line-engine.ts, un0rick-front-end.ts).

import { Catheter } from "../../shared/acquisition/catheters"
import { LinePath } from "../../shared/acquisition/sequence"
import { CartFault } from "../platform/cart-fault"

/** What the pump sees: lines that wait, and a buffer of whole records. */
export interface LineSource {
    /** Records that can be read now, as far as is known. */
    level: number
    /** Lines lost since the run began since nobody read them. */
    dropped: number
    /** Longest pause until it is worth another look, in ms. */
    pause_ms: number
    /** Brings level and dropped up to date. */
    service(): Promise<void>
}

/** Reads records into one buffer. */
export interface RecordReader {
    block: Buffer
    /** Where the first record begins in it. */
    data_at: number
    /** Records that one read brings at most. */
    lines_per_block: number
    /** Makes ready for records of this length. */
    setRecords(length: number): void
    /** Fills {@link block}. @returns records that came, at most {@link lines_per_block} */
    read(): Promise<number>
}

export interface FrontEnd extends LineSource {
    /** Of the last {@link watch}, all of one moment: line clock, encoder, triggers of the ECG since power-on. */
    tick_us: number
    position_counts: number
    triggers: number
    /** Not 0 while a catheter is plugged in, as of the last transfer. */
    plugged: number
    /** Of what is loaded, its time gain with it; a host is told it. */
    sequence_crc: number
    /** Transfers that came damaged, since power-on. */
    bus_errors: number

    /** A register, for an engineer; ADDRESS_STATUS reads what comes with every transfer. */
    tellRegister(address: number): Promise<number>

    /** Presence, version and self test; nothing fires after it. @throws CartFault */
    begin(): Promise<void>
    /**
     * Every loop: takes note of the moment.
     * @returns what must stop everything: a reset, with `plugged` a catheter that is missing, with `firing` that it does not fire
     */
    watch(plugged: boolean, firing: boolean): Promise<CartFault | undefined>

    /** Id of the catheter that is plugged in; empty when there is none. */
    catheterId(): Promise<string>
    catheterSerial(): Promise<number>
    beginLoad(catheter: Catheter): Promise<void>
    /** Loads a part, as long as a loop may take. @returns whether that was all */
    loadOn(catheter: Catheter): Promise<boolean>
    settle(catheter: Catheter, line_period_ns: number): Promise<void>
    /** Compares what is loaded with what should be. @throws CartFault where they differ */
    checkLoaded(): Promise<void>
    /** @throws CartFault with the cause when it does not fire */
    fire(): Promise<void>
    stop(): Promise<void>
    /** Lines from this position to that one are flagged at speed while the gate is open. */
    setWindow(start_counts: number, end_counts: number): Promise<void>
    /** Opens or shuts the gate, and marks every line from then on with this epoch of the speed. */
    setGate(open: boolean, epoch: number): Promise<void>
    /** The sled stands here: the zero of the lines' positions. */
    setPosition(counts: number): Promise<void>
    /** Line clock at the last trigger. */
    triggerTickUs(): Promise<number>
    /** Lines fired since the run began. @throws CartFault when it does not know any more */
    fired(): Promise<number>
    /** Lines that came due since then and were not fired. */
    refused(): Promise<number>
    /** Makes known lines; nothing is fired. */
    sendTestLines(samples: number, format: number, lines: number): Promise<void>
}

/** A list of pairs that a host sends, for a front end that has a table of them. */
export interface PairTable {
    /** A piece of the list. @returns GOOD, or why not */
    takePairs(piece: Buffer, catheter: Catheter): Promise<number>
    /** No list has been sent: another catheter may have the name of the one before. */
    forgetPairs(): void
    /** Pairs of the list that was sent for this catheter; 0 if none was. */
    sentPairs(catheter: Catheter): number
    /** Pairs that have come of a list under way. */
    pairsCame(): number
    /** What goes with the refusal of a piece. */
    pairsValue(): number
}

/** The rotor of a catheter that turns. */
export interface RotorDrive {
    /** Speed that was set, in turns a minute · 1000, negative counter-clockwise; 0 when it was stopped. */
    target_mrpm: number
    start(mrpm: number, now_ms: number): Promise<void>
    /** While it spins up. @throws CartFault when it stalls, or does not lock in time */
    locked(now_ms: number): Promise<boolean>
    /** Every loop while it is to turn at speed. @throws CartFault when it stalled or is off its speed */
    check(): Promise<void>
    stop(): Promise<void>
}

/**
 * All of a front end, as the program that is made for it puts it together. A program has one: the code of both would be more
 * than the 64 kB that the runtime takes.
 */
export interface FrontEndParts {
    front: FrontEnd
    reader: RecordReader
    /** FRONT_END_ of wire/catheters.ts. */
    kind: number
    /** What carries its lines to the host, as far as is known before its self test; it is kept up to date. */
    path: LinePath
    /** Pieces of a burst (burst-buffer.ts). */
    burst_pieces: number
    /** Samples and format of the records before any setup. */
    samples: number
    format: number
    /** Whose registers it tells, DUMP_ of wire/register-dump.ts, and which of them can be read. */
    dump_chip: number
    dump_addresses: Buffer
    rotor: RotorDrive | undefined
    pairs: PairTable | undefined
}
