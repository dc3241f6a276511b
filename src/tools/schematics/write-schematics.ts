// `npm run schematics`: draws the netlist of boards/schematics again, one SVG a sheet.

import { writeFileSync } from "node:fs"
import { drawSheet } from "./draw"
import { readNetlist, SCHEMATICS } from "./netlist"

const netlist = readNetlist()
for (const sheet of Object.keys(netlist.sheets))
    writeFileSync(`${SCHEMATICS}/${sheet}.svg`, drawSheet(netlist, sheet))
