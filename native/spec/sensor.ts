import { flag, hidden, int, number, percent, required, source, table, text } from './define.ts';

const key = (from: string) =>
  hidden(required(text('sensor', from, 'Tells it from any other, also after the next boot.')));

export const temperature = table('temperature', {
  type: 'Temperature',
  description: 'A thermometer.',
  key: 'owner',
  sources: { temperatures: source({ LINUX: '/sys/class/hwmon, /sys/class/thermal' }) },
  columns: [
    key('temperatures'),
    required(text('chip', 'temperatures', 'What it is a part of; not unique.')),
    required(text('label', 'temperatures', 'What it measures; empty where nobody says.')),
    number('current', 'temperatures', 'Now. In degrees Celsius.'),
    number('high', 'temperatures', 'Too warm. In degrees Celsius.'),
    number('critical', 'temperatures', 'So hot that something breaks. In degrees Celsius.'),
  ],
});

export const fan = table('fan', {
  type: 'Fan',
  description: 'A fan.',
  key: 'owner',
  sources: { fans: source({ LINUX: '/sys/class/hwmon' }) },
  columns: [
    key('fans'),
    required(text('chip', 'fans', 'What it is a part of; not unique.')),
    required(text('label', 'fans', 'What it cools; empty where nobody says.')),
    int('rpm', 'fans', 'Turns a minute.'),
  ],
});

export const battery = table('battery', {
  type: 'Battery',
  description: 'A battery of the host itself.',
  key: 'owner',
  sources: { batteries: source({ LINUX: '/sys/class/power_supply', WINDOWS: 'GetSystemPowerStatus' }) },
  columns: [
    required(text('name', 'batteries', 'Name the kernel gave it: BAT0.')),
    percent('percent', 'batteries', 'How full it is.'),
    int('secondsLeft', 'batteries', 'How long it will last; null while it is charged, or where that is not known.'),
    flag('pluggedIn', 'batteries', 'True if the host takes its power from elsewhere.'),
  ],
});
