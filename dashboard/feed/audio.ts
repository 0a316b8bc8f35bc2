// The one audio output of the page. Browsers let a page be heard only after a click or a key: whoever has one (the form of
// signing in, the first touch of a screen) unlocks it, and it stays unlocked for the alarms that come later.

let context: AudioContext | null = null;

export function openAudio(): AudioContext {
  context ??= new AudioContext();
  return context;
}

/** To be called by a click or a key. */
export function unlockAudio(): void {
  const audio = openAudio();
  if (audio.state === "suspended") void audio.resume();
}

export function closeAudio(): void {
  void context?.close();
  context = null;
}
