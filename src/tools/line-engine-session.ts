// Makes the worked transactions of boards/line-engine.md again: times from the bus, replies from the virtual engine.
// Afterwards read the sentences beside them; the test of the data sheet compares the bytes and times.

import { writeFileSync } from "node:fs"
import { withSession } from "../../boards/virtual/line-engine/testing/worked-transactions"
import { DataSheet } from "../../boards/virtual/testing/data-sheet"

writeFileSync("boards/line-engine.md", withSession(new DataSheet("line-engine.md")))
