// The meaning of each field of the link, for the tables of src/shared/protocol/README.md. Names, formats and offsets come from the code.

import { fieldsOf, nameOf } from "../../shared/protocol/bytes"
import { DESCRIPTION_LIMITS, GAIN_MAX_CDB } from "../../host/link/description-check"
import { catheterLimits } from "../../shared/acquisition/catheter-limits"
import { CATHETER } from "../../shared/acquisition/catheters"

type Notes = Readonly<Record<string, string>>

const SAME = "continued"

/** By layout as in layout-hash.ts, then by field. */
export const FIELD_NOTES: Readonly<Record<string, Notes>> = {
    burst: {
        magic: "`IVL1`: bytes 49 56 4c 31",
        version: "protocol version: 2",
        type: "message type, see Messages",
        header_length: "64",
        flags: "see Flags",
        session: "session number assigned by the host; 0 before that",
        sequence: "counts the sender's bursts in this session from 0, modulo 2^32",
        payload_length: "bytes after the header, at most 16384",
        tick_us: "line bursts: line clock of the first A-line, us; else 0",
        position_nm:
            "line bursts: measured sled position at the first A-line, nm from the home switch; else 0",
        speed_nm_s: "line bursts: speed set point, nm/s, signed by direction; else 0",
        speed_epoch: "line bursts: number of set-point changes, modulo 2^16; else 0",
        lines: "line bursts: line records in the payload; else 0",
        dropped_fifo:
            "line bursts: A-lines lost since the last line burst because the FIFO was full; at most 65535, the rest in the next burst",
        dropped_credit: "as dropped_fifo, because there was no credit",
        dropped_crc:
            "as dropped_fifo, because the bus check of the front end failed; always 0 today",
        dropped_gate: "A-lines due but not fired: transmit was inhibited or over its budget",
        check: "CRC-32C over bytes 0 to 43, see Header check",
        tag_0: "bytes 0 to 3 of the tag, see Tags; 0 before the proofs and without a key",
        tag_1: SAME,
        tag_2: SAME,
        tag_3: SAME,
    },
    line: {
        line: "counts the A-lines fired in this run from 0, including those dropped later",
        frame: "counts the frames of this run from 0, modulo 2^16",
        index: "index of the A-line in its frame, 0 to lines per frame - 1",
        tick_us: "line clock at firing, us, modulo 2^32",
        position_counts: "sled encoder at firing, in counts of `encoder_nm_per_count`",
        flags: "see Flags",
        samples: "number of samples",
    },
    hello: {
        layout_hash: "of the board's firmware; can be read without knowing the hash, see Versions",
        board_id_low: "device identifier, lower half",
        board_id_high: "device identifier, upper half",
        firmware_version: "program version, see Versions: major · 65536 + minor · 256 + patch",
        nonce_0: "nonce: 128 random bits, new for each connection",
        nonce_1: SAME,
        nonce_2: SAME,
        nonce_3: SAME,
        window_bytes:
            "maximum bytes of line bursts in flight, which limits the credit; at least 16,448",
    },
    challenge: {
        layout_hash: "of the host's program, equal to the board's",
        session:
            "number of the new session: not 0, greater than all earlier ones of this host, see Session",
        nonce_0: "nonce: 128 random bits, new for each connection",
        nonce_1: SAME,
        nonce_2: SAME,
        nonce_3: SAME,
    },
    proof: {
        nonce_0: "nonce of the other side, from its hello or challenge",
        nonce_1: SAME,
        nonce_2: SAME,
        nonce_3: SAME,
        proof_0: "32 bytes, see Authentication",
        ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map(i => [`proof_${i}`, SAME])),
    },
    accept: {
        layout_hash: "of the host's program, equal to the board's",
        session: "as in the challenge; without a key, the number of the new session",
        credit_bytes: "first credit limit, see Credit",
    },
    reject: { reason: "a reject code, see Codes" },
    setup: {
        catheter: "id of the catheter, which must be plugged in",
        speed_nm_s: "250,000 to 10,000,000",
        length_nm: "length of the imaged window, 1,000,000 to the stroke of the catheter",
        frame_rate_mhz: "frame rate in 0.001 frames/s, 1,000 to 90,000; channel data: from 100",
        mode: "kind of move: 1 continuous, 4 stepped, 5 gated",
        step_um: "stepped and gated: 10 to 5000",
        dwell_ms: "stepped and gated: imaging time at each stop, from one frame to 10,000",
        trigger_rate_per_min: "gated: expected heart rate, 30 to 240",
        refractory_ms: "gated: refractory period after an accepted trigger",
        timeout_ms: "gated: time without a trigger that ends the pullback, at most 10,000",
        data: "0: A-lines; 1: channel data (arrays only)",
        pair_list:
            "channel data: 1 to 3 as in the description, 4: the list sent with pairs; else 0",
        lines_per_frame:
            "A-lines per revolution, 16 to 512 (rotational catheters only); 0: the catheter's own, and for channel data",
        samples_per_line: "16 to 1024; 0: the catheter's own, and for channel data",
        tgc: "TGC: 0 the catheter's own, 1 `tgc_cdb`",
        tgc_cdb:
            "with tgc 1: the curve as in the description, 0 to 10,000 each (un0rick: to 4,995); else ignored",
    },
    command: {
        command: "a request, see States",
        serial: "chosen by the host; repeated in a refusal",
        argument:
            "jog and speed: nm/s, for jog signed by direction; calibrate: length of the stroke in um, signed by direction; control: 0 takes it, 1 gives it back; else 0",
    },
    refusal: {
        command: "the refused request; 0 for setup, pairs, catheter and calibration",
        serial: "of the refused command; 0 for a setup",
        reason: "a refusal code, see Codes",
        value: "nearest allowed value in the unit of the field, 0 if there is none; code 201: the state; 248 and 249: who is in control",
    },
    description: descriptionNotes({
        catheter: "id of the catheter: printable ASCII, not empty",
        catheter_serial: "serial number of the catheter; 0 if the front end cannot read it",
        sample_format:
            "see Samples; 1: 8-bit codes; 2: channel data, RF as int16; 3: RF words of an un0rick",
        lines_per_frame:
            "A-line `index` has the angle 2·pi·index/lines_per_frame, see Angles, or is pair `index` of the pair list; format 3: see Samples",
        samples_per_line: "",
        record_length:
            "bytes of a line record, at most 16384: samples_per_line + 24; formats 2 and 3: 2 · samples_per_line + 24",
        sample_spacing_nm:
            "distance between samples; format 1: from the catheter's centre; format 3: from its surface",
        line_period_ns: "time between A-lines",
        frame_rate_mhz: "frame rate in 0.001 frames/s",
        centre_frequency_khz: "of the transmit pulse",
        sound_speed_mm_s: "used to convert time to depth",
        catheter_radius_um: "radius of the transducer's surface",
        ring_down_um: "extent of the ring-down beyond the surface",
        tgc_step_ns: "time between two points of the TGC curve, see TGC",
        tgc_cdb: `0 to ${GAIN_MAX_CDB}; gain in the samples at 32 points, 0.01 dB`,
        encoder_nm_per_count: "scale of `position_counts`",
        microsteps_per_mm: "calibration in use: motor microsteps",
        fclk_hz: "calibration in use: clock of the motor driver",
        window_start_nm: "start of the imaged window, from the home switch",
        window_end_nm: "end of the imaged window, after its start",
        speed_nm_s: "requested speed within the window",
        mode: "kind of move, as in the setup",
        step_um: "stepped and gated: at least 1; else 0",
        dwell_ms: "stepped and gated: at least 1; else 0",
        stops: "stepped and gated: number of imaged stops, at least 1; else 0",
        sequence_crc:
            "CRC-32C of the data read back from the front end: firing table, then `tgc_step_ns` as u32 and `tgc_cdb`; un0rick: pulse and gain",
        pair_list:
            "channel data: pairs of the A-lines, 1: tx with tx … tx + 13; 2: tx with tx - 13 … tx + 13; 3: tx with tx … tx + n - 1, for tx = 0 … n - 1 of n elements, modulo n; 4: the list sent by the host; else 0",
        sample_period_ps: "time between samples",
        first_sample_ns: "time of sample 0 after the first edge of the pulse",
        run: "number of the run, repeated in the end message",
    }),
    status: {
        state: "see States",
        fault: "latched fault code, 0 for none; see Codes",
        time_ms: "time since the board started",
        position_nm: "measured sled position, from the home switch",
        speed_nm_s: "speed set point",
        fifo_lines: "A-lines in the front end's FIFO",
        lines_fired: "A-lines fired in this run while firing is allowed; else 0",
        lines_sent: "A-lines of this run, or test lines, passed to the network",
        credit_bytes: "remaining credit; may be less than the length of a burst",
        flags: "bit 0: homed, bit 1: motor stage switched on by its pin, bit 2: SAFE, the safety circuit allows motor and transmit, bits 3 to 5: priority whose sound is on, 0 to 4",
        fault_value: "value of the fault's event",
        alarm: "code of the most urgent alarm, 0 for none; see Alarms",
        warnings:
            "bit n: the alarm 311 + n has begun and is not over, bit n + 16: and is acknowledged",
        control: "who is in control: 0 nobody, 1 the host, 2 a bedside unit",
    },
    restart: {
        sequence: "number of the last record of the run before; 0: there is none",
        boots: "starts of the program, this one included",
        uptime_ms: "of the run before, when it wrote its last record",
        state: "last state of the run before, see States",
        fault: "fault latched then, 0 for none; see Codes",
        cause: "of this start: 1 power-up of cart and motor driver, 2 reset of the controller alone, 3 restart of the program alone",
    },
    log_entry: {
        number: "counts the entries from 1; after the last entry 0: no more follow",
        boots: "starts of the program until the event",
        time_ms:
            "time of the event since the board started; a restart of the program alone does not reset it",
        state: "state at the event, see States",
        code: "code of the event, fault or refusal, see Codes; 0: the entry cannot be read",
        value: "as of the event; of a fault or refusal as reported with it",
    },
    event: {
        code: "an event or fault code, see Events",
        time_ms: "time since the board started",
        value: "see Events",
    },
    end: {
        outcome: "0: the run completed; else the event or fault code that ended it",
        lines_fired:
            "count of the front end; 4294967295 if it could not be read or was lost in a reset",
        lines_sent: "A-lines in the line bursts of this run",
        lines_dropped_fifo: "whole run: FIFO full",
        lines_dropped_credit:
            "whole run: no credit or no link, so that the board could not send them",
        lines_dropped_crc:
            "whole run: fired, but not read intact from the front end; if lines_fired is unknown, only those the board held when the bus failed",
        lines_dropped_gate:
            "whole run: due but not fired (inhibited, over the transmit budget, or un0rick or link not ready in time); not in lines_fired",
        bursts_sent: "number of line bursts of this run",
        window_start_nm: "as in the description",
        window_end_nm: "as in the description",
        speed_error_ppm: "measured speed over the window, relative to the requested speed",
        run: "number of the run, as in its description",
    },
    register: {
        serial: "of the command that requested the dump",
        index: "index in the dump, from 0",
        count: "number of registers in the dump; the last index is count - 1",
        chip: "0 motor driver, 1 line engine, 2 calibration of the cart, 3 un0rick",
        address: "of the register; 256: the status byte of every transfer",
        source: "0: read from the chip; 1: last written value of a write-only register; 2: write-only and never written; 3: the chip does not answer",
        value: "content of the register, unsigned; 0 if unknown",
    },
    credit: {
        limit_bytes:
            "total bytes of line bursts that may be sent since the start of the session, modulo 2^32",
    },
    ping: { value: "any value; repeated in the pong" },
    pairs: {
        list_crc: "CRC-32C over all pairs of the list, two bytes per pair",
        total: "number of pairs in the list, 1 to 4096",
        first: "index of the first pair of this part; 0 starts a new list",
        count: "number of pairs in this part, 1 to 64",
    },
    catheter: catheterNotes({
        id: "letters a to z, digits, hyphens; not the id of a built-in catheter",
        kind: "1 array, 2 rotational, 3 single fixed element",
        front_end: "1 line engine, for kinds 1 and 2; 2 un0rick, for kind 3",
        centre_frequency_khz: "",
        elements: "on the circumference; 1 for kinds 2 and 3",
        firings_per_frame:
            "firings per frame: elements · pair_span; if pair_span is 0 and it is not an array, one per A-line",
        pair_span:
            "receivers per transmitter in the front end's pair table, at most elements; 0: no pair table, the front end chooses the pairs",
        pair_lead: "number of those receivers before the transmitter",
        lines_per_frame: "",
        samples_per_line: "",
        depth_um: "imaged radius from the catheter's centre; at most depth_max_um",
        depth_max_um: "",
        catheter_radius_um: "",
        ring_down_um: "extent beyond the catheter's surface; must end before depth_um",
        tgc_start_cdb: "receive gain at the centre, 0.01 dB",
        tgc_slope_cdb_per_mm: "slope of the gain; at most 13 per MHz of the centre frequency",
        stroke_um: "longest pullback",
        pulse_cycles: "at most burst_max_cycles",
        burst_max_cycles: "longest pulse",
        prf_max_hz: "maximum PRF of multiplexer and transducer",
        pulses_max_per_s: "transmit budget of the whole catheter",
        supply_mv: "pulser supply: half the peak-to-peak swing",
        element_ff: "capacitance of an element with its wiring",
        power_max_uw: "maximum mean electrical power dissipated in the tip",
        rpm_min: "kind 2; 0 for other kinds",
        rpm_max: "kind 2: at least rpm_min; 0 for other kinds",
        rotor_sign:
            "kind 2: 1 clockwise, -1 counter-clockwise, seen towards the tip; 0 for other kinds",
    }),
    survey: {
        tick_us: "line clock directly after the two positions were read, us, modulo 2^32",
        motor_usteps: "XACTUAL of the motor driver, microsteps from the home switch",
        encoder_usteps:
            "X_ENC of the motor driver: counts of the encoder times the microsteps per count of the calibration in use",
        vmax: "VMAX of the motor driver: the speed set",
    },
    calibration: {
        version: "1",
        points: "32; 0: the lead-screw error was not measured",
        fclk_hz: "clock of the motor driver: 8, 12 or 16 MHz ± 6 %",
        microsteps_per_m: "51,200,000 ± 1 %",
        encoder_nm_per_count: "50 to 10,000",
        backlash_nm: "lost motion at a change of direction, 0 to 100,000",
        screw_nm:
            "sled position minus that of an ideal screw, at equal steps of a revolution from the home switch; ± 50,000, neighbours at most 2,300 apart",
    },
}

/** For each burst type: when it is sent. */
export const TYPE_NOTES: Notes = {
    TYPE_HELLO: "first on a new connection, session 0, sequence 0",
    TYPE_CHALLENGE: "reply to hello",
    TYPE_PROOF: "host: directly after its challenge; board: reply to the host's proof",
    TYPE_ACCEPT: "after the board's proof; opens the session",
    TYPE_REJECT: "last on a connection: the reason for closing it",
    TYPE_DESCRIPTION: "starts a run, before its first line burst",
    TYPE_LINES: "during a run; test lines after accept",
    TYPE_STATUS: "ten times a second, and after accept",
    TYPE_EVENT: "once per event",
    TYPE_END: "ends a run, after its last line burst",
    TYPE_REFUSAL: "a request was refused, with the reason",
    TYPE_REGISTER: "one register of a dump",
    TYPE_SURVEY: "every 10 ms in the state calibrating",
    TYPE_RESTART: "after accept",
    TYPE_LOG_ENTRY:
        "answer to request 21: entries in order, four every 10 ms, then one with number 0",
    TYPE_CREDIT: "as line bursts have been processed",
    TYPE_SETUP: "requested pullback; answered by event 307 or a refusal",
    TYPE_COMMAND: "operator request; answered by event 301 or a refusal",
    TYPE_PAIRS: "part of a pair list, before its setup; answered by event 331 or a refusal",
    TYPE_CATHETER:
        "data of a catheter that is not built in, before its setup; answered by event 339 or a refusal",
    TYPE_CALIBRATION:
        "calibration record to be stored and used; answered by event 310 or a refusal; the sled must then be homed",
    TYPE_PING: "every 25 ms, see Silence",
    TYPE_PONG: "directly after a ping",
}

/** Meaning of an event's `value`. */
export const EVENT_VALUES: Notes = {
    EVENT_STATE: "the new state",
    EVENT_HOMED: "measured position, nm",
    EVENT_WINDOW_STARTED: "measured position, nm",
    EVENT_WINDOW_ENDED: "measured position, nm",
    EVENT_ACKNOWLEDGED: "code of the most urgent one",
    EVENT_SETUP: "length, nm",
    EVENT_GATE: "1: inside its limits, A-lines may be flagged at speed; 0: outside",
    EVENT_STOPPED: "measured position, nm",
    EVENT_FRAM: "the first block that did not read back, also at the start of a session",
    EVENT_DATE: "seconds since 1970-01-01 UTC, as u32; only in the event log",
    EVENT_LOG: "number of entries",
    EVENT_RESTART: "cause, as in the message restart; only in the event log",
    EVENT_MARK: "measured position, nm",
    EVENT_RING_DOWN: "0; answered by the request 19 with 2, stored, or 3, failed",
    EVENT_GAIN: "the gain, dB",
    EVENT_PACKETS: "replies dropped since the start",
    EVENT_DRIVER_WARM: "DRV_STATUS of the motor driver",
    EVENT_OPEN_LOAD: "DRV_STATUS of the motor driver",
    EVENT_SPEED: "the new speed, nm/s",
    EVENT_PAIRS: "number of pairs received",
    EVENT_LEFT_OUT:
        "number of the first A-line that was not left out, as u32; a host's event, only in captures",
    EVENT_CATHETER_DATA: "0",
    EVENT_STOP_REACHED: "measured position, nm",
    EVENT_TRIGGERS_LOST: "measured position, nm",
    EVENT_JOG_RELEASED: "measured position, nm",
    EVENT_ENGINE_BUS: "number of them in the run that ended",
    EVENT_LINK_REFUSED: "the reject code",
    EVENT_CATHETER: "its serial number, as a signed 32-bit number",
    EVENT_SLED_MOVED: "measured position, nm",
    EVENT_MOTOR_OFF: "measured position, nm",
    EVENT_CALIBRATED: "0",
    EVENT_CONTROL: "who is in control now: 0 nobody, 1 the host, 2 a bedside unit",
}

/** Puts the interval of each field that has one in front of its note. */
function descriptionNotes(notes: Notes): Notes {
    const limits: Readonly<Record<string, readonly [number, number] | undefined>> =
        DESCRIPTION_LIMITS
    return Object.fromEntries(
        Object.entries(notes).map(([field, note]) => {
            const [min, max] = limits[field] ?? []
            const range = `${min} to ${max}`
            return [field, min === undefined ? note : note ? `${range}; ${note}` : range]
        })
    )
}

/** Puts the interval of each field in front of its note. */
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
