// npm passes a Ctrl-C on to us although the terminal has sent it already: the echo is not a second one.
const ECHO_MS = 1000;

/** Calls `onFirst` on the first SIGINT, SIGTERM or SIGHUP, and `onSecond` on one that comes later than an echo. */
export function onStopSignals({ onFirst, onSecond }) {
  let firstAt;
  const onSignal = () => {
    if (firstAt === undefined) {
      firstAt = Date.now();
      onFirst();
    } else if (Date.now() - firstAt > ECHO_MS) {
      onSecond();
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal);
}
