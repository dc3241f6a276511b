// Responsible for: what each field of the link means, for the tables of src/shared/protocol/README.md.
// Not for: names, formats and places, which come from the code.

import { fieldsOf, nameOf } from "../../shared/protocol/bytes"
import { catheterLimits } from "../../shared/acquisition/catheter-limits"
import { CATHETER } from "../../shared/acquisition/catheters"

type Notes = Readonly<Record<string, string>>

const SAME = "the same"

/** By layout name as in layout-hash.ts, then by field. */
export const FIELD_NOTES: Readonly<Record<string, Notes>> = {
    burst: {
        magic: "`IVL1`: bytes 49 56 4c 31",
        version: "of the protocol: 2",
        type: "what the burst is, see Messages",
        header_length: "64",
        flags: "bits, see Flags",
        session: "number that the host gave; 0 before that",
        sequence: "counts the sender's bursts of this session from 0, modulo 2^32",
        payload_length: "bytes behind the header, at most 16384",
        tick_us: "line bursts: line clock of the first line, us; else 0",
        position_nm:
            "line bursts: measured sled position at the first line, nm from the home switch; else 0",
        speed_nm_s:
            "line bursts: speed that the motor was last told, nm/s, its sign is the direction; else 0",
        speed_epoch: "line bursts: counts the changes of that speed, modulo 2^16; else 0",
        lines: "line bursts: records in the payload; else 0",
        dropped_fifo:
            "line bursts: lines lost since the last line burst because the front end's FIFO was full; at most 65535, the rest follows",
        dropped_credit: "the same, because the host gave no credit",
        dropped_crc: "the same, because the front end's own bus check failed; 0 today",
        dropped_gate:
            "lines that came due and were not fired, since transmit was inhibited or over its budget",
        check: "CRC-32C over bytes 0 to 43, see Header check",
        tag_0: "first bytes of the tag, see Tags; 0 before the proofs and without a key",
        tag_1: "the same",
        tag_2: "the same",
        tag_3: "the same",
    },
    line: {
        line: "counts every line that was fired in this run, from 0, also those that were dropped later",
        frame: "counts frames of this run from 0, modulo 2^16",
        index: "place of the line in its frame, 0 to lines per frame - 1",
        tick_us: "line clock when the line fired, us, modulo 2^32",
        position_counts: "sled encoder when the line fired, in counts of `encoder_nm_per_count`",
        flags: "bits, see Flags",
        samples: "samples that follow",
    },
    hello: {
        layout_hash: "of the board's build; readable without knowing the hash, see Versions",
        board_id_low: "device identifier, lower half",
        board_id_high: "device identifier, upper half",
        firmware_version: "major · 65536 + minor · 256 + patch",
        nonce_0: "128 random bits, new for each connection",
        nonce_1: SAME,
        nonce_2: SAME,
        nonce_3: SAME,
        window_bytes:
            "bytes of line bursts that the board has room for on their way: no credit goes beyond; at least 16,448",
    },
    challenge: {
        layout_hash: "of the host's build, equal to the board's",
        session:
            "number of the new session: never 0, greater than all that this host gave before, see Session",
        nonce_0: "128 random bits, new for each connection",
        nonce_1: SAME,
        nonce_2: SAME,
        nonce_3: SAME,
    },
    proof: {
        nonce_0: "of the other side, as it came in its hello or challenge",
        nonce_1: SAME,
        nonce_2: SAME,
        nonce_3: SAME,
        proof_0: "32 bytes, see Authentication",
        ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map(i => [`proof_${i}`, SAME])),
    },
    accept: {
        layout_hash: "of the host's build, equal to the board's",
        session: "as in the challenge; without a key the number of the new session",
        credit_bytes: "first credit limit, see Credit",
    },
    reject: { reason: "a reject code of Reasons" },
    setup: {
        catheter: "id of the catheter that must be plugged in",
        speed_nm_s: "250,000 to 10,000,000",
        length_nm: "length at speed, 1,000,000 to the stroke of the catheter",
        frame_rate_mhz: "frames a second · 1000, 1,000 to 90,000",
        mode: "kind of move: 1 continuous, 4 stepped, 5 gated",
        step_um: "stepped and gated: 10 to 5000",
        dwell_ms:
            "stepped and gated: how long each stop is imaged, at least a frame, at most 10,000",
        trigger_rate_per_min: "gated: beats that are expected, 30 to 240",
        refractory_ms: "gated: so long after a trigger that counted, others do not count",
        timeout_ms: "gated: so long without a trigger ends the pullback, at most 10,000",
        data: "0: A-lines; 1: element data, of an array",
        pair_list:
            "element data: 1 to 3 as in the description, or 4: the list that was sent with pairs; else 0",
        lines_per_frame:
            "16 to 512 lines of a turn, of a catheter that turns; 0: its own; of element data 0",
        samples_per_line: "16 to 1024; 0: the catheter's own; of element data 0",
        tgc: "time gain, 0: the catheter's own; 1: `tgc_cdb`",
        tgc_cdb:
            "with 1: the curve as in the description, 0 to 10,000 each, of an un0rick to 4,995; else ignored",
    },
    command: {
        command: "a request of States",
        serial: "chosen by the host; comes back in a refusal",
        argument: "jog and speed: nm/s, jog with the sign of its direction; else 0",
    },
    refusal: {
        command: "the request; 0 for a setup, pairs and a catheter",
        serial: "of the command; 0 for a setup",
        reason: "a refusal code of Reasons",
        value: "the nearest value that is allowed, in the unit of the field; or the state, where the state was the reason",
    },
    description: {
        catheter: "id of the catheter",
        catheter_serial: "serial number of this catheter; 0 where the front end cannot tell it",
        sample_format:
            "see Samples; 1: 8-bit codes; 2: element data, RF as int16; 3: RF words of an un0rick",
        lines_per_frame:
            "1 to 4096; line `index` looks along the angle 2·pi·index/lines_per_frame, or is pair `index` of the pair list; format 3: see Samples",
        samples_per_line: "at least 1",
        record_length:
            "bytes of a line record: samples_per_line + 24; formats 2 and 3: 2 · samples_per_line + 24",
        sample_spacing_nm:
            "format 1: sample k lies at k times this from the catheter's centre; format 3: from its surface",
        line_period_ns: "from line to line",
        frame_rate_mhz: "frames a second · 1000",
        centre_frequency_khz: "of the transmit pulse",
        sound_speed_mm_s: "by which time was made depth",
        catheter_radius_um: "surface of the transducer, from the centre",
        ring_down_um: "how far the ring-down reaches beyond the surface",
        tgc_step_ns: "time from point to point of the time gain, at least 1; see Time gain",
        tgc_cdb: "the gain that is in the samples at 32 points, 0.01 dB",
        encoder_nm_per_count: "scale of `position_counts`",
        microsteps_per_mm: "calibration in force: motor steps",
        fclk_hz: "calibration in force: clock of the motor chip",
        window_start_nm: "where the imaged window begins, from the home switch",
        window_end_nm: "where it ends",
        speed_nm_s: "asked for, within the window",
        mode: "kind of move, as in the setup",
        step_um: "stepped and gated, else 0",
        dwell_ms: "stepped and gated, else 0",
        stops: "stepped and gated: places that are imaged; else 0",
        sequence_crc:
            "CRC-32C of what was read back from the front end: its firing table, then `tgc_step_ns` as u32 and `tgc_cdb`; of an un0rick pulse and gain",
        pair_list:
            "element data: which pairs the lines are, 1: tx with tx … tx + 13; 2: tx with tx - 13 … tx + 13; 3: tx with tx … tx + n - 1, of tx = 0 … n - 1 for n elements, modulo n; 4: the list that the host sent; else 0",
        sample_period_ps: "time from sample to sample",
        first_sample_ns: "time of sample 0 after the pulse began",
        run: "number of the run; the end summary carries the same",
    },
    status: {
        state: "of States",
        fault: "latched fault code of Reasons, 0 for none",
        time_ms: "the board's clock since its start",
        position_nm: "measured sled position, from the home switch",
        speed_nm_s: "speed that the motor was last told",
        fifo_lines: "lines in the front end's FIFO",
        lines_fired: "lines of this run that the front end fired, while it may fire; else 0",
        lines_sent: "lines of this run, or test lines, handed to the network",
        credit_bytes: "credit that is left; may be below a burst's length",
    },
    event: {
        code: "an event code of Reasons",
        time_ms: "the board's clock since its start",
        value: "see Events",
    },
    end: {
        outcome:
            "0: the run came to its end; else the code of Reasons that ended it: an event, or a fault",
        lines_fired:
            "by the front end's own count; 4294967295 when it could not be asked, or had lost it by a reset",
        lines_sent: "in line bursts of this run",
        lines_dropped_fifo: "whole run, FIFO full",
        lines_dropped_credit:
            "whole run, no credit or no link: the board or its front end had them and could not send them",
        lines_dropped_crc:
            "whole run, fired and never came out of the front end whole: its bus failed, or it did not hand them out; if lines_fired is unknown, only those that the board held when the bus failed",
        lines_dropped_gate:
            "whole run: came due and were not fired, inhibited, over the transmit budget, or (un0rick) since the board or the link was not ready in time; not in lines_fired",
        bursts_sent: "line bursts of this run",
        window_start_nm: "as described",
        window_end_nm: "as described",
        speed_error_ppm: "measured over the window against the speed asked for",
        run: "number of the run, as its description gave it",
    },
    register: {
        serial: "of the command that asked for the dump",
        index: "place in the dump, from 0",
        count: "registers of the dump: it is complete with the one before this",
        chip: "0 motor driver, 1 line engine, 2 the cart's own calibration, 3 un0rick",
        address: "of the register; 256: the status that comes with every transfer",
        source: "0 read from the chip; 1 what was written last, as the chip does not let it be read; 2 the same, and nothing was written; 3 the chip does not answer",
        value: "as in the register, unsigned; 0 where it is not known",
    },
    credit: {
        limit_bytes:
            "bytes of line bursts that may have been sent since the session began, modulo 2^32",
    },
    ping: { value: "anything; the pong carries the same" },
    pairs: {
        list_crc: "CRC-32C over all pairs of the list, two bytes each",
        total: "pairs of the list, 1 to 4096",
        first: "place of the first pair of this piece; 0 begins a list anew",
        count: "pairs of this piece, 1 to 64",
    },
    catheter: catheterNotes({
        id: "letters a to z, digits, hyphens; none of a catheter that the cart knows",
        kind: "1 array, 2 on a shaft that turns, 3 one element that stands",
        front_end: "1 line engine, for kinds 1 and 2; 2 un0rick, for kind 3",
        centre_frequency_khz: "",
        elements: "on the circumference; 1 if it turns or stands",
        firings_per_frame:
            "pulses of a frame: elements · pair_span, or where pair_span is 0 and it is no array, one a line",
        pair_span:
            "receivers a transmitter in the front end's table of pairs, elements at most; 0: it has no such table and chooses the pairs itself",
        pair_lead: "how many of those receivers lie before the transmitter",
        lines_per_frame: "",
        samples_per_line: "",
        depth_um: "radius that is imaged, from the catheter's centre; depth_max_um at most",
        depth_max_um: "",
        catheter_radius_um: "",
        ring_down_um: "beyond the catheter's surface; ends before the depth",
        tgc_start_cdb: "receive gain at the centre, 0.01 dB",
        tgc_slope_cdb_per_mm: "its growth with depth; 13 a MHz of the frequency at most",
        stroke_um: "longest pullback",
        pulse_cycles: "burst_max_cycles at most",
        burst_max_cycles: "longest burst",
        prf_max_hz: "fastest repetition that multiplexer and transducer bear",
        pulses_max_per_s: "transmit budget of the whole catheter",
        supply_mv: "half the swing of the pulser",
        element_ff: "capacity of an element with its wiring",
        power_max_uw: "mean electrical power that the tip may turn into heat",
        rpm_min: "of kind 2; 0 for the others",
        rpm_max: "of kind 2, rpm_min at least; 0 for the others",
        rotor_sign:
            "of kind 2: 1 clockwise, -1 counter-clockwise, seen towards its tip; 0 for the others",
    }),
}

/** Type of a burst: who sends it, with which payload, and when. */
export const TYPE_NOTES: Readonly<
    Record<string, readonly [from: string, layout: string, when: string]>
> = {
    TYPE_HELLO: ["board", "hello", "first on a new connection, session 0, sequence 0"],
    TYPE_CHALLENGE: ["host", "challenge", "answer to hello"],
    TYPE_PROOF: ["both", "proof", "the host's at once after its challenge, then the board's"],
    TYPE_ACCEPT: ["host", "accept", "after the board's proof: the session is open"],
    TYPE_REJECT: ["both", "reject", "last on a connection: why it ends"],
    TYPE_DESCRIPTION: ["board", "description", "begins a run, before its first line"],
    TYPE_LINES: ["board", "line records", "as lines come; test lines after accept"],
    TYPE_STATUS: ["board", "status", "ten times a second, and after accept"],
    TYPE_EVENT: ["board", "event", "when something happened"],
    TYPE_END: ["board", "end", "ends a run, after its last line"],
    TYPE_REFUSAL: ["board", "refusal", "a setup or command was not done, and why"],
    TYPE_REGISTER: ["board", "register", "a register dump, one register after the other"],
    TYPE_CREDIT: ["host", "credit", "as line bursts have been dealt with"],
    TYPE_SETUP: ["host", "setup", "the pullback that is wanted; taken with event 307 or refused"],
    TYPE_COMMAND: [
        "host",
        "command",
        "one request of an operator; taken with event 301 or refused",
    ],
    TYPE_PAIRS: [
        "host",
        "pairs",
        "a piece of a list of pairs, before a setup with it; taken with event 331 or refused",
    ],
    TYPE_CATHETER: [
        "host",
        "catheter",
        "the data of a catheter that the cart does not know, before a setup with it; taken with event 339 or refused",
    ],
    TYPE_PING: ["host", "ping", "every 25 ms, see Silence"],
    TYPE_PONG: ["board", "ping", "at once after a ping"],
}

/** What `value` of an event is. */
export const EVENT_VALUES: Notes = {
    EVENT_STATE: "the new state",
    EVENT_HOMED: "measured position, nm",
    EVENT_WINDOW_BEGAN: "measured position, nm",
    EVENT_WINDOW_ENDED: "measured position, nm",
    EVENT_FAULT: "the fault code",
    EVENT_ACKNOWLEDGED: "0",
    EVENT_SETUP: "length, nm",
    EVENT_GATE: "1: lines may be flagged at speed; 0: not",
    EVENT_STOPPED: "measured position, nm",
    EVENT_DRIVER_WARM: "DRV_STATUS of the motor driver",
    EVENT_OPEN_LOAD: "DRV_STATUS of the motor driver",
    EVENT_SPEED: "the new speed, nm/s",
    EVENT_PAIRS: "pairs that have come",
    EVENT_CATHETER_DATA: "0",
    EVENT_STOP_REACHED: "measured position, nm",
    EVENT_TRIGGERS_LOST: "measured position, nm",
    EVENT_JOG_RELEASED: "measured position, nm",
    EVENT_ENGINE_BUS: "how many, in the run that ended",
    EVENT_LINK_REFUSED: "the reject code",
    EVENT_CATHETER: "its serial number, as 32 bits with a sign",
    EVENT_CALIBRATED: "the chip's clock as measured, Hz",
}

/** With the limits of each field that has some by itself. */
function catheterNotes(notes: Notes): Notes {
    const limits = catheterLimits()
    return Object.fromEntries(
        Object.entries(notes).map(([field, note]) => {
            const at = fieldsOf(CATHETER).findIndex(f => nameOf(f) === field)
            const range = `${limits[2 * at - 2]} to ${limits[2 * at - 1]}`
            return [field, at < 1 ? note : note ? `${range}; ${note}` : range]
        })
    )
}
