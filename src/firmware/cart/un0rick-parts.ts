// An un0rick with the catheter that is wired to it, as the cart's front end.

import { catheterOf, FRONT_END_UN0RICK } from "../../shared/acquisition/catheters"
import { SAMPLE_FORMAT_RF10 } from "../../shared/acquisition/line-record"
import { DUMP_UN0RICK } from "../../shared/protocol/register-dump"
import { slowestPath } from "../../shared/acquisition/sequence-budget"
import { UN_SPI_HZ, UN_SPI_MODE } from "../../shared/devices/un0rick"
import { CHIP_UN0RICK } from "../../shared/devices/virtual-board"
import { measureNm, positionNm } from "../motion/sled"
import { calibration } from "../motion/units"
import { Board } from "../platform/board"
import { FrontEndParts } from "../acquisition/front-end"
import {
    openUn0rickFrontEnd,
    un0rick_front_end,
    un0rick_reader,
    UN0RICK_READABLE,
} from "../acquisition/un0rick/un0rick-front-end"

/** Room for two lines, as lines are rare and wait no longer than 50 ms. */
const BURST_PIECES = 2

/**
 * @param catheter_id from the board's settings, as the un0rick cannot detect the catheter
 * @param dac_volts from the board's settings: volts at code 1024 of its gain DAC
 */
export function un0rickParts(board: Board, catheter_id: string, dac_volts: number): FrontEndParts {
    const named = catheterOf(catheter_id)
    const catheter = named && named.front_end === FRONT_END_UN0RICK ? named : undefined
    const encoder = {
        positionNm: positionNm,
        measureNm: measureNm,
        nmPerCount: () => calibration.encoder_nm_per_count,
    }
    const chip = board.openFrontEnd(CHIP_UN0RICK, UN_SPI_MODE, UN_SPI_HZ)
    openUn0rickFrontEnd(chip, catheter, encoder, dac_volts)
    const path = slowestPath()
    path.link_bytes_per_s = board.link_bytes_per_s
    return {
        path,
        front: un0rick_front_end,
        reader: un0rick_reader,
        kind: FRONT_END_UN0RICK,
        burst_pieces: BURST_PIECES,
        samples: catheter ? catheter.samples_per_line : 1,
        format: SAMPLE_FORMAT_RF10,
        dump_chip: DUMP_UN0RICK,
        dump_addresses: UN0RICK_READABLE,
        rotor: undefined,
        pairs: undefined,
    }
}
