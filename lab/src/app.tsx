/** @file The page: what stands where. */

import { Announcer } from "./ui/Announcer.js";
import { Controls } from "./ui/Controls.js";
import { CurvesCard } from "./ui/CurvesCard.js";
import { CutCard } from "./ui/CutCard.js";
import { DigitCard } from "./ui/DigitCard.js";
import { FlightCard } from "./ui/FlightCard.js";
import { Header } from "./ui/Header.js";
import { Message } from "./ui/Message.js";
import { NormsCard } from "./ui/NormsCard.js";
import { PlannerCard } from "./ui/PlannerCard.js";
import { RunCard } from "./ui/RunCard.js";
import { TakeHomeCard } from "./ui/TakeHomeCard.js";
import { Transport } from "./ui/Transport.js";
import { UnitsCard } from "./ui/UnitsCard.js";

/** The whole page. */
export function App() {
  return (
    <>
      <Header />
      <Transport />
      <Message />
      <div class="bench">
        <Controls />
        <main>
          <RunCard name="heavy" />
          <RunCard name="plain" />
          <NormsCard />
          <CutCard />
          <CurvesCard />
          <UnitsCard />
          <PlannerCard />
          <FlightCard />
          <DigitCard />
          <TakeHomeCard />
        </main>
      </div>
      <Announcer />
    </>
  );
}
