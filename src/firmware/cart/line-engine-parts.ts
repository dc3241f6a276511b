// A line engine with everything that belongs to it, as the cart's front end.

import { FRONT_END_LINE_ENGINE } from "../../shared/acquisition/catheters"
import { SAMPLE_FORMAT_LOG8 } from "../../shared/acquisition/line-record"
import { ENGINE_SPI_HZ } from "../../shared/acquisition/sequence-budget"
import { ENGINE_SPI_MODE } from "../../shared/devices/line-engine"
import { CHIP_ENGINE } from "../../shared/devices/virtual-board"
import { DUMP_ENGINE } from "../../shared/protocol/register-dump"
import { Board } from "../platform/board"
import { BURST_PIECES } from "../acquisition/burst-buffer"
import { engine_path, openEngineBus } from "../acquisition/line-engine/bus"
import { fifo_reader } from "../acquisition/line-engine/fifo-reader"
import { FrontEndParts } from "../acquisition/front-end"
import { ENGINE_READABLE, line_engine } from "../acquisition/line-engine/line-engine"
import { rotor } from "../acquisition/line-engine/rotor"
import { engine_pairs } from "../acquisition/line-engine/table"

/** Samples per record before any setup. */
const SAMPLES = 256

export function lineEngineParts(board: Board): FrontEndParts {
    openEngineBus(
        board.openFrontEnd(CHIP_ENGINE, ENGINE_SPI_MODE, ENGINE_SPI_HZ),
        board.link_bytes_per_s
    )
    return {
        front: line_engine,
        reader: fifo_reader,
        kind: FRONT_END_LINE_ENGINE,
        path: engine_path,
        burst_pieces: BURST_PIECES,
        samples: SAMPLES,
        format: SAMPLE_FORMAT_LOG8,
        dump_chip: DUMP_ENGINE,
        dump_addresses: ENGINE_READABLE,
        rotor: rotor,
        pairs: engine_pairs,
    }
}
