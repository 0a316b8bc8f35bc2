// The lists of the five kinds as screens of their own, so that each has an address and a key.

import { StationListView } from "./station-list.tsx";

export function AirView() {
  return <StationListView kind="air-station" />;
}

export function WaterView() {
  return <StationListView kind="water-station" />;
}

export function DrinkingView() {
  return <StationListView kind="drinking-water" />;
}

export function RadiationView() {
  return <StationListView kind="radiation" />;
}

export function NoiseView() {
  return <StationListView kind="noise" />;
}
