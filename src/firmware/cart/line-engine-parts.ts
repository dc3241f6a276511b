// Responsible for: a line engine and what belongs to it, as the cart's front end.
// Not for: what each part does.

import { FRONT_END_LINE_ENGINE } from "../../shared/acquisition/catheters"
import { SAMPLE_FORMAT_LOG8 } from "../../shared/acquisition/line-record"
import { DUMP_ENGINE } from "../../shared/protocol/register-dump"
import { Board } from "../platform/board"
import { BURST_PIECES } from "../acquisition/burst-buffer"
import { FifoReader } from "../acquisition/line-engine/fifo-reader"
import { FrontEndParts } from "../acquisition/front-end"
import { ENGINE_READABLE, LineEngine } from "../acquisition/line-engine/line-engine"
import { Rotor } from "../acquisition/line-engine/rotor"

/** Samples of the records for which buffers are made at first. */
const SAMPLES = 256

export function lineEngineParts(board: Board): FrontEndParts {
    const chip = board.openFrontEnd(FRONT_END_LINE_ENGINE)
    const engine = new LineEngine(chip, board.link_bytes_per_s)
    return {
        front: engine,
        reader: new FifoReader(engine, chip),
        kind: FRONT_END_LINE_ENGINE,
        path: engine.path,
        burst_pieces: BURST_PIECES,
        samples: SAMPLES,
        format: SAMPLE_FORMAT_LOG8,
        dump_chip: DUMP_ENGINE,
        dump_addresses: ENGINE_READABLE,
        rotor: new Rotor(engine),
        pairs: engine,
    }
}
