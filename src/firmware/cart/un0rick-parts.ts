// Responsible for: an un0rick and the catheter that is wired to it, as the cart's front end.
// Not for: what it does.

import { catheterOf, FRONT_END_UN0RICK } from "../../shared/acquisition/catheters"
import { SAMPLE_FORMAT_RF10 } from "../../shared/acquisition/line-record"
import { DUMP_UN0RICK } from "../../shared/protocol/register-dump"
import { leastPath } from "../../shared/acquisition/sequence"
import { measureNm, positionNm } from "../motion/sled"
import { calibration } from "../motion/units"
import { Board } from "../platform/board"
import { FrontEndParts } from "../acquisition/front-end"
import { UN0RICK_READABLE, Un0rickFrontEnd } from "../acquisition/un0rick/un0rick-front-end"

/** Room for two lines: they come far apart, and wait no longer than 50 ms. */
const BURST_PIECES = 2

/** @param catheter_id as the board's setting has it: the board itself cannot tell */
export function un0rickParts(board: Board, catheter_id: string): FrontEndParts {
    const named = catheterOf(catheter_id)
    const catheter = named && named.front_end === FRONT_END_UN0RICK ? named : undefined
    const encoder = {
        positionNm: positionNm,
        measureNm: measureNm,
        nmPerCount: () => calibration.encoder_nm_per_count,
    }
    const un0rick = new Un0rickFrontEnd(board.openFrontEnd(FRONT_END_UN0RICK), catheter, encoder)
    const path = leastPath()
    path.link_bytes_per_s = board.link_bytes_per_s
    return {
        path,
        front: un0rick,
        reader: un0rick,
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
