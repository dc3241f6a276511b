// The interface between the cart and its transducer front end, a line engine or an un0rick.

import { Catheter } from "../../shared/acquisition/catheters"
import { LinePath } from "../../shared/acquisition/sequence-budget"
import { CartFault } from "../platform/cart-fault"

/** What the front end last reported. Written by its driver, read by pump and cart. */
export interface FrontEndStatus {
    /** Records that can be read now, as of the last transfer. */
    level: number
    /** Lines dropped by a full FIFO since the run began. */
    dropped: number
    /** Longest pause of the pump before the FIFO is checked again, in ms. */
    pause_ms: number
    /** As of the last {@link FrontEnd.watch}, at one moment: line clock, encoder, ECG triggers since power-on. */
    tick_us: number
    position_counts: number
    triggers: number
    /** Not 0 while a catheter is plugged in, as of the last transfer. */
    plugged: number
    /** CRC-32C of the loaded sequence, TGC included; part of the description sent to the host. */
    sequence_crc: number
    /** Damaged transfers since power-on. */
    bus_errors: number
}

/** One for the program, as a program has one front end. */
export const front_status: FrontEndStatus = {
    level: 0,
    dropped: 0,
    pause_ms: 10,
    tick_us: 0,
    position_counts: 0,
    triggers: 0,
    plugged: 0,
    sequence_crc: 0,
    bus_errors: 0,
}

/** Reads line records into one buffer. */
export interface RecordReader {
    block: Buffer
    /** Offset of the first record in {@link block}. */
    data_at: number
    /** Maximum number of records in one read. */
    lines_per_block: number
    /** Sets the record length in bytes. */
    setRecords(length: number): void
    /** Fills {@link block}. @returns number of records, at most {@link lines_per_block} */
    read(): Promise<number>
}

export interface FrontEnd {
    /** Bit of its status (ADDRESS_STATUS) that shows TX_INHIBIT; 0 if it has none. */
    inhibit_flag: number
    /** Updates level and dropped in {@link front_status}. */
    service(): Promise<void>
    /** Reads a register for the register dump; ADDRESS_STATUS reads the status returned with every transfer. */
    readRegister(address: number): Promise<number>
    /** Checks presence, version and memory; nothing fires afterwards. @throws CartFault */
    selfTest(): Promise<void>
    /**
     * Called by every loop: updates the time and position in {@link front_status}.
     * @param plugged a catheter must be plugged in
     * @param firing the front end must be firing
     * @returns the fault that must stop everything, if any
     */
    watch(plugged: boolean, firing: boolean): Promise<CartFault | undefined>
    /** Id of the catheter that is plugged in; empty if there is none. */
    catheterId(): Promise<string>
    catheterSerial(): Promise<number>
    beginLoad(catheter: Catheter): Promise<void>
    /** Loads a part of the firing table, no more than fits in a control loop. @returns whether the table is complete */
    continueLoad(catheter: Catheter): Promise<boolean>
    /** Writes all settings other than the firing table. */
    configure(catheter: Catheter, line_period_ns: number): Promise<void>
    /** Compares everything loaded with what it must be. @throws CartFault if it differs */
    verifyLoaded(): Promise<void>
    /** Starts firing. @throws CartFault with the cause if the front end refuses */
    fire(): Promise<void>
    stop(): Promise<void>
    /** Lines fired between these positions are flagged as at speed while the gate is open. */
    setWindow(start_counts: number, end_counts: number): Promise<void>
    /** Opens or shuts the gate, and marks every line from now on with this speed epoch. */
    setGate(open: boolean, epoch: number): Promise<void>
    /** Sets the position of the sled, from which the position of each line is counted. */
    setPosition(counts: number): Promise<void>
    /** Line clock at the last ECG trigger. */
    triggerTickUs(): Promise<number>
    /** Lines fired since the run began. @throws CartFault if the count was lost */
    linesFired(): Promise<number>
    /** Lines that were due since the run began and were not fired. */
    linesRefused(): Promise<number>
    /** Puts known test lines into the FIFO; nothing is fired. */
    sendTestLines(samples: number, format: number, lines: number): Promise<void>
}

/** The pair list that a host sends, for a front end with a firing table. */
export interface PairTable {
    /** Takes one piece of the list. @returns GOOD, or why not */
    takePairs(piece: Buffer, catheter: Catheter): Promise<number>
    /** Discards the list: the next catheter of the same id may have other data. */
    forgetPairs(): void
    /** Pairs in the complete list for this catheter; 0 if there is none. */
    sentPairs(catheter: Catheter): number
    /** Pairs received so far. */
    pairsReceived(): number
    /** The value that belongs to the reason of the last refusal. */
    pairsRefusalValue(): number
}

/** The rotor of a rotational catheter. */
export interface RotorDrive {
    /** Speed set point in revolutions per minute · 1000, negative counter-clockwise; 0 when stopped. */
    target_mrpm: number
    start(mrpm: number, now_ms: number): Promise<void>
    /** To be called while the rotor spins up. @throws CartFault when it stalls, or does not lock in time */
    isLocked(now_ms: number): Promise<boolean>
    /** To be called by every loop while the rotor runs at speed. @throws CartFault when it stalled or is off its speed */
    check(): Promise<void>
    stop(): Promise<void>
}

/** A front end with everything that belongs to it. A program has one: the code of both would exceed the runtime's 64 kB. */
export interface FrontEndParts {
    front: FrontEnd
    reader: RecordReader
    /** FRONT_END_ code. */
    kind: number
    /** The path of lines to the host, as far as it is known before the self test; updated by it. */
    path: LinePath
    /** Pieces of a burst (burst-buffer.ts). */
    burst_pieces: number
    /** Samples and format of the records before any setup. */
    samples: number
    format: number
    /** DUMP_ code of the chip whose registers can be dumped, and their addresses. */
    dump_chip: number
    dump_addresses: Buffer
    rotor: RotorDrive | undefined
    pairs: PairTable | undefined
}
