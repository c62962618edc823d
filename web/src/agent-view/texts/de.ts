import type { LanguageTexts } from './texts.ts'

export const de: LanguageTexts = {
  fields: { pan: 'Kartennummer', expiry: 'Ablaufdatum', securityCode: 'Prüfnummer (CVC/CVV)' },
  fieldStates: {
    empty: 'Noch nicht abgefragt',
    asked: 'Wartet auf die erste Ziffer',
    entering: 'Wird eingegeben',
    complete: 'Vollständig',
    refused: 'Nicht angenommen',
  },
  pageFieldStates: {
    empty: 'Noch nicht eingegeben',
    asked: 'Noch nicht eingegeben',
    entering: 'Eingegeben',
    complete: 'Vollständig',
    refused: 'Nicht angenommen',
  },
  leftOut: 'Keine auf der Karte',
  fieldErrors: {
    timeout: 'Eingabe abgebrochen',
    'invalid-card-number': 'Keine gültige Kartennummer',
    'invalid-card-type': 'Diese Kartenart wird nicht angenommen',
    'invalid-date': 'Abgelaufen oder kein gültiges Datum',
    'invalid-security-code': 'Falsche Anzahl von Ziffern (3, bei American Express 4)',
  },
  digits: (count) => (count === 1 ? '1\u00a0Ziffer eingegeben' : `${count}\u00a0Ziffern eingegeben`),
  lastFour: (last4) => `Endziffern\u00a0${last4}`,
  attemptsLeft: (count) => (count === 1 ? 'letzter Versuch' : `noch ${count}\u00a0Versuche`),
  ask: 'Abfragen',
  askAgain: 'Neu abfragen',
  askFor: {
    pan: 'Abfragen: Kartennummer',
    expiry: 'Abfragen: Ablaufdatum',
    securityCode: 'Abfragen: Prüfnummer',
  },
  askAgainFor: {
    pan: 'Neu abfragen: Kartennummer',
    expiry: 'Neu abfragen: Ablaufdatum',
    securityCode: 'Neu abfragen: Prüfnummer',
  },
  reference: 'Referenz',
  callerNumber: 'Rufnummer',
  cardCheckOnly: 'Nur Kartenprüfung, keine Zahlung',
  fieldsHeading: 'Kartendaten',

  standing: {
    asked: {
      pan: 'Warten auf die Kartennummer.',
      expiry: 'Warten auf das Ablaufdatum.',
      securityCode: 'Warten auf die Prüfnummer.',
    },
    typing: {
      pan: 'Am Telefon wird die Kartennummer eingegeben.',
      expiry: 'Am Telefon wird das Ablaufdatum eingegeben.',
      securityCode: 'Am Telefon wird die Prüfnummer eingegeben.',
    },
    stopped: {
      pan: 'Die Kartennummer wurde nicht zu Ende eingegeben.',
      expiry: 'Das Ablaufdatum wurde nicht zu Ende eingegeben.',
      securityCode: 'Die Prüfnummer wurde nicht zu Ende eingegeben.',
    },
    refused: {
      'invalid-card-number': 'Die Kartennummer wurde nicht angenommen.',
      'invalid-card-type': 'Diese Kartenart wird nicht angenommen.',
      'invalid-date': 'Die Karte ist abgelaufen oder das Datum ist ungültig.',
      'invalid-security-code': 'Die Prüfnummer passt nicht zur Karte.',
    },
    between: 'Einen Moment, bitte.',
    complete: 'Alle Kartendaten sind da. Führen Sie die Zahlung aus, sobald die Person am Telefon zustimmt.',
    completeByKeypad:
      'Alle Kartendaten sind da. Am Telefon wird mit Taste\u00a01 bezahlt, oder Sie führen die Zahlung aus.',
    keypadClosed: 'Die Tasteneingabe ist gesperrt, weil Tastentöne zu hören sind.',
    lineLost: 'Warten, bis die Leitung wieder geschützt ist.',
    processing: 'Wir warten auf die Antwort der Bank.',
    challenged: 'Die Bank bittet die Kundin oder den Kunden, die Zahlung zu bestätigen.',
    linkUnsent: 'Der Link wurde noch nicht verschickt.',
    linkElsewhere: 'Die Zahlungsseite wurde noch nicht geöffnet.',
    linkSending: (to) => `Der Link wird an ${to} verschickt.`,
    linkSent: (to) => `Der Link wurde an ${to} verschickt.`,
    linkFailed: (to) => `Der Link konnte nicht an ${to} verschickt werden.`,
    linkOpened: 'Die Zahlungsseite ist geöffnet.',
    linkTyping: {
      pan: 'Auf der Zahlungsseite wird die Kartennummer eingegeben.',
      expiry: 'Auf der Zahlungsseite wird das Ablaufdatum eingegeben.',
      securityCode: 'Auf der Zahlungsseite wird die Prüfnummer eingegeben.',
    },
    linkRefused:
      'Die Kartendaten wurden nicht angenommen. Die Seite nennt den Grund. Dort ist ein neuer Versuch möglich.',
  },

  say: 'Sagen Sie',
  sayOnCallback: 'Beim Rückruf',
  words: {
    'ask-card-number':
      'Bitte tippen Sie Ihre Kartennummer auf der Telefontastatur ein und drücken Sie dann die Rautetaste. Bitte nicht vorlesen.',
    'ask-expiry-date':
      'Tippen Sie jetzt bitte das Ablaufdatum ein: zwei Ziffern für den Monat, zwei für das Jahr.',
    'ask-security-code':
      'Tippen Sie jetzt bitte die Prüfnummer von Ihrer Karte ein und drücken Sie dann die Rautetaste.',
    'ask-optional-security-code':
      'Tippen Sie jetzt bitte die Prüfnummer von Ihrer Karte ein und drücken Sie dann die Rautetaste. Hat Ihre Karte keine Prüfnummer, drücken Sie zweimal die Rautetaste.',
    'again-card-number':
      'Die Kartennummer wurde leider nicht angenommen. Bitte tippen Sie sie noch einmal langsam ein und drücken Sie dann die Rautetaste.',
    'again-expiry-date':
      'Das Datum wurde leider nicht angenommen. Bitte tippen Sie Monat und Jahr noch einmal ein.',
    'again-security-code':
      'Die Prüfnummer passt leider nicht zu Ihrer Karte. Bitte tippen Sie sie noch einmal ein und drücken Sie dann die Rautetaste.',
    'other-card':
      'Diese Kartenart können wir leider nicht annehmen. Wenn Sie eine andere Karte haben, tippen Sie bitte deren Nummer ein und drücken Sie dann die Rautetaste.',
    'went-silent':
      'Lassen Sie sich Zeit. Bitte tippen Sie diese Angabe noch einmal von vorn ein und drücken Sie dann die Rautetaste.',
    typing:
      'Lassen Sie sich Zeit, ich sehe nur Punkte. Wenn Sie sich vertippen, drücken Sie die Sterntaste und beginnen Sie von vorn.',
    confirm: 'Darf ich {amount} für {merchant} von Ihrer Karte mit den Endziffern {last4} abbuchen?',
    'confirm-by-keypad':
      'Sie zahlen {amount} an {merchant} mit der Karte mit den Endziffern {last4}. Drücken Sie bitte die 1, um zu zahlen, oder die 2, um neu zu beginnen.',
    processing: 'Vielen Dank. Ich frage bei Ihrer Bank an. Einen Moment, bitte.',
    challenged:
      'Ihre Bank bittet Sie, die Zahlung zu bestätigen. Bitte folgen Sie den Anweisungen Ihrer Bank.',
    'send-link':
      'Ich kann Ihnen einen Link zu einer sicheren Zahlungsseite schicken. Soll ich das jetzt tun?',
    'link-sent':
      'Ich habe Ihnen den Link geschickt. Bitte öffnen Sie ihn und geben Sie dort Ihre Kartendaten ein.',
    'link-opened':
      'Ich sehe, dass die Seite offen ist. Bitte geben Sie dort Ihre Kartendaten ein. Ihre Ziffern sehe ich nicht.',
    'link-typing': 'Lassen Sie sich Zeit. Ihre Ziffern sehe ich nicht.',
    'hung-up':
      'Wir wurden vorhin getrennt. Soll ich Ihnen einen Link schicken, mit dem Sie die Zahlung abschließen können?',
    'tones-heard':
      'Bitte drücken Sie einen Moment lang keine Tasten. Soll ich Ihnen stattdessen einen Link schicken?',
    'line-lost': 'Einen Moment, bitte. Drücken Sie bitte keine Tasten, bis ich Sie darum bitte.',
    'audio-lost': 'Die Leitung ist gerade still. Bitte bleiben Sie einen Moment in der Leitung.',
    approved: 'Die Zahlung über {amount} war erfolgreich. Vielen Dank.',
    verified: 'Ihre Karte wurde geprüft. Es wurde nichts abgebucht. Vielen Dank.',
    review: 'Ihre Zahlung wird noch geprüft. Wir melden uns bei Ihnen. Bitte zahlen Sie nicht noch einmal.',
    declined:
      'Ihre Bank hat die Zahlung abgelehnt. Es wurde nichts abgebucht. Möchten Sie es mit einer anderen Karte versuchen? Ich bereite das vor.',
    cancelled: 'Die Zahlung wurde abgebrochen. Es wurde nichts abgebucht.',
    failed: 'Die Zahlung war nicht möglich. Es wurde nichts abgebucht.',
    unknown:
      'Ihre Bank hat noch nicht geantwortet. Bitte zahlen Sie nicht noch einmal. Wir informieren Sie über das Ergebnis.',
  },
  wordsWithoutLast4: {
    confirm: 'Darf ich {amount} für {merchant} von dieser Karte abbuchen?',
    'confirm-by-keypad':
      'Sie zahlen {amount} an {merchant}. Drücken Sie bitte die 1, um zu zahlen, oder die 2, um neu zu beginnen.',
  },

  warnings: {
    'line-lost': {
      heading: 'Die Leitung wird wieder geschützt',
      advice:
        'Bis dahin werden keine Tasten angenommen. Bitten Sie um einen Moment Geduld und danach um eine neue Eingabe des Felds. Dauert es länger, schicken Sie einen Link.',
    },
    'in-band-tones': {
      heading: 'Tastentöne sind im Gespräch zu hören',
      advice:
        'Die Töne können in der Aufzeichnung sein. Die Kartendaten wurden verworfen, und Tasten werden nicht mehr angenommen. Schicken Sie einen Link.',
    },
    'earlier-tones': {
      heading: 'Tastentöne waren vorhin zu hören',
      advice:
        'Die Töne können in der Aufzeichnung sein. Die Leitung ist wieder geschützt, und die Kartendaten werden von vorn abgefragt. Sie können auch einen Link schicken.',
    },
    'audio-lost': {
      heading: 'Aus dem Gespräch kommt kein Ton',
      advice:
        'Tasteneingaben gehen möglicherweise verloren. Warten Sie einen Moment oder schicken Sie einen Link.',
    },
    'keys-lost': {
      heading: 'Einige Tasten sind nicht angekommen',
      advice:
        'Bitten Sie darum, dieses Feld von vorn einzugeben. Gehen wieder Tasten verloren, schicken Sie einen Link.',
    },
    'doubled-tones': {
      heading: 'Jede Taste scheint doppelt anzukommen',
      advice:
        'Das liegt am Kundentelefon. Schalten Sie den langsamen Modus ein und bitten Sie um langsames Drücken.',
    },
    'ending-soon': {
      heading: 'Diese Zahlung läuft gleich ab',
      advice: 'Mit „Weiter“ bleibt die Zahlung offen. Sonst endet sie von selbst.',
    },
    'call-ended': {
      heading: 'Das Gespräch ist beendet',
      advice: 'Schicken Sie einen Link oder brechen Sie ab. Auf der Seite wird die Karte neu eingegeben.',
    },
    'hung-up': {
      heading: 'Es wurde aufgelegt',
      advice: 'Schicken Sie einen Link oder brechen Sie ab. Auf der Seite wird die Karte neu eingegeben.',
    },
    'hung-up-with-link': {
      heading: 'Es wurde aufgelegt',
      advice: 'Die Zahlung kann auf der Zahlungsseite noch abgeschlossen werden.',
    },
  },
  timeLeft: 'Verbleibende Zeit',
  goOn: 'Weiter',
  cannotGoOn: 'Diese Zahlung hat die Höchstdauer erreicht und kann nicht verlängert werden.',

  settingsHeading: 'Hilfe zur Tasteneingabe',
  slowMode: 'Langsamer Modus',
  slowModeHint: 'Für Telefone, die jede Taste doppelt senden. Bitten Sie um langsames Drücken.',
  turnOnSlowMode: 'Langsamen Modus einschalten',
  waitBetweenDigits: 'Erlaubte Pause zwischen Ziffern',
  seconds: (count) => (count === 1 ? '1\u00a0Sekunde' : `${count}\u00a0Sekunden`),
  useLink: 'Link statt Tasteneingabe',
  useKeypad: 'Zurück zur Tasteneingabe',

  linkHeading: 'Zahlungslink',
  noChannels: 'Von hier können keine Links verschickt werden. Schicken Sie den Link aus Ihrem System.',
  channels: {
    sms: {
      name: 'SMS',
      addressLabel: 'Telefonnummer',
      addressHint: 'Mit Ländervorwahl, zum Beispiel +49\u00a0152\u00a028817386',
      enterAddress: 'Nummer eingeben',
      otherAddress: 'Andere Nummer verwenden',
    },
    email: {
      name: 'E-Mail',
      addressLabel: 'E-Mail-Adresse',
      addressHint: 'Zum Beispiel name@example.com',
      enterAddress: 'Adresse eingeben',
      otherAddress: 'Andere Adresse verwenden',
    },
  },
  useCallerNumber: 'Rufnummer übernehmen',
  linkSteps: { sent: 'Link verschickt', opened: 'Seite geöffnet' },
  send: 'Senden',
  sendAgain: 'Noch einmal senden',
  sending: 'Wird gesendet\u00a0…',
  close: 'Schließen',

  takePayment: 'Zahlung ausführen',
  takingPayment: 'Zahlung läuft\u00a0…',
  cancel: 'Abbrechen',
  finish: 'Fertig',
  cancelQuestion: 'Diese Zahlung abbrechen?',
  cancelYes: 'Ja, abbrechen',
  cancelNo: 'Nein, fortsetzen',
  endsAt: (time) => `Läuft um ${time}\u00a0Uhr ab, wenn keine Eingabe erfolgt`,

  commandUnderWay: 'Wird an den Server geschickt\u00a0…',
  connectionLost: 'Die Verbindung ist unterbrochen. Sie wird wieder aufgebaut\u00a0…',
  accessLost: 'Diese Seite hat keinen Zugriff mehr. Öffnen Sie die Zahlung in Ihrem System noch einmal.',
  accessEnded: 'Ihr Zugang zu dieser Zahlung ist beendet. Die Zahlung selbst läuft weiter.',
  sessionGone: 'Diese Zahlung ist beendet. Das Ergebnis steht in Ihrem System.',
  refusals: {
    address: 'An diese Adresse oder Nummer kann kein Link geschickt werden. Bitte prüfen Sie sie.',
    'not-now': 'Das ist im Moment nicht möglich. Der Stand der Zahlung steht oben.',
    'too-often':
      'Der Link wurde vorerst so oft verschickt, wie es erlaubt ist. Versuchen Sie es später oder auf einem anderen Weg.',
    closed: 'Ihr Zugang zu dieser Zahlung ist beendet. Die Zahlung selbst läuft weiter.',
    'not-sent':
      'Der Link konnte nicht verschickt werden. Versuchen Sie es noch einmal oder mit einer anderen Adresse oder Nummer.',
    late: 'Der Server hat das zu spät erhalten und nichts getan. Bitte versuchen Sie es noch einmal.',
    failed:
      'Der Server hat nicht geantwortet. Prüfen Sie oben den Stand der Zahlung und versuchen Sie es dann noch einmal.',
  },

  authorisationCode: 'Genehmigungsnummer',
  outcomes: {
    approved: { heading: 'Bezahlt', advice: 'Die Zahlung war erfolgreich.' },
    review: {
      heading: 'Wird noch geprüft',
      advice: 'Die Karte wurde angenommen. Die Zahlung wird noch geprüft, bevor sie endgültig ist.',
    },
    declined: {
      heading: 'Abgelehnt',
      advice: 'Es wurde nichts abgebucht. Für eine andere Karte starten Sie eine neue Zahlung.',
    },
    cancelled: { heading: 'Abgebrochen', advice: 'Es wurde nichts abgebucht.' },
    failed: {
      heading: 'Nicht bezahlt',
      advice: 'Es wurde nichts abgebucht. Für einen neuen Versuch starten Sie eine neue Zahlung.',
    },
    unknown: {
      heading: 'Ergebnis noch nicht bekannt',
      advice:
        'Die Bank hat nicht geantwortet. Die Karte kann belastet worden sein. Führen Sie die Zahlung nicht noch einmal aus.',
    },
  },
  ends: {
    'payment-connector-error': 'Das Gateway war nicht erreichbar.',
    'too-many-failed-attempts': 'Alle Versuche sind verbraucht.',
    timeout: 'Es gab zu lange keine Eingabe.',
    expired: 'Die Zahlung hat die Höchstdauer erreicht.',
    'internal-error': 'Bei uns ist etwas schiefgegangen.',
  },
  declineReasons: {
    'do-not-honour': 'Die Bank hat keinen Grund genannt.',
    'insufficient-funds': 'Die Karte ist nicht ausreichend gedeckt.',
    'expired-card': 'Die Karte ist abgelaufen.',
    'invalid-card-number': 'Die Bank kennt diese Kartennummer nicht.',
    'invalid-security-code': 'Die Prüfnummer war falsch.',
    'lost-or-stolen': 'Die Bank lässt diese Karte nicht zu.',
    'limit-exceeded': 'Der Betrag liegt über dem Limit der Karte.',
    'card-not-supported': 'Mit dieser Karte ist diese Zahlung nicht möglich.',
    'suspected-fraud': 'Die Bank lässt diese Karte nicht zu.',
    'authentication-failed': 'Die Bank konnte die Identität nicht bestätigen.',
  },

  forCardCheck: {
    standing: {
      complete: 'Alle Kartendaten sind da. Prüfen Sie die Karte, sobald die Person am Telefon zustimmt.',
      completeByKeypad:
        'Alle Kartendaten sind da. Am Telefon wird mit Taste\u00a01 fortgefahren, oder Sie prüfen die Karte.',
      challenged: 'Die Bank bittet die Kundin oder den Kunden, die Kartenprüfung zu bestätigen.',
    },
    words: {
      confirm: 'Darf ich Ihre Karte für {merchant} prüfen? Es wird nichts abgebucht.',
      'confirm-by-keypad':
        'Ihre Karte wird geprüft, und es wird nichts abgebucht. Drücken Sie bitte die 1, um fortzufahren, oder die 2, um neu zu beginnen.',
      challenged:
        'Ihre Bank bittet Sie, die Kartenprüfung zu bestätigen. Bitte folgen Sie den Anweisungen Ihrer Bank.',
      'hung-up':
        'Wir wurden vorhin getrennt. Soll ich Ihnen einen Link schicken, mit dem Sie die Kartenprüfung abschließen können?',
      review: 'Das Ergebnis der Kartenprüfung wird noch geprüft. Wir melden uns bei Ihnen.',
      declined:
        'Ihre Bank hat die Kartenprüfung abgelehnt. Es wurde nichts abgebucht. Möchten Sie es mit einer anderen Karte versuchen? Ich bereite das vor.',
      cancelled: 'Die Kartenprüfung wurde abgebrochen. Es wurde nichts abgebucht.',
      failed: 'Ihre Karte konnte nicht geprüft werden. Es wurde nichts abgebucht.',
      unknown: 'Ihre Bank hat noch nicht geantwortet. Wir informieren Sie über das Ergebnis.',
    },
    warnings: {
      'ending-soon': {
        heading: 'Diese Kartenprüfung läuft gleich ab',
        advice: 'Mit „Weiter“ bleibt die Kartenprüfung offen. Sonst endet sie von selbst.',
      },
      'hung-up-with-link': {
        heading: 'Es wurde aufgelegt',
        advice: 'Die Kartenprüfung kann auf der Zahlungsseite noch abgeschlossen werden.',
      },
    },
    cannotGoOn: 'Diese Kartenprüfung hat die Höchstdauer erreicht und kann nicht verlängert werden.',
    takePayment: 'Karte prüfen',
    takingPayment: 'Karte wird geprüft\u00a0…',
    cancelQuestion: 'Diese Kartenprüfung abbrechen?',
    outcomes: {
      approved: { heading: 'Karte geprüft', advice: 'Die Karte ist gültig. Es wurde nichts abgebucht.' },
      review: {
        heading: 'Wird noch geprüft',
        advice: 'Die Karte wurde angenommen. Das Ergebnis wird noch geprüft, bevor es endgültig ist.',
      },
      declined: {
        heading: 'Abgelehnt',
        advice: 'Es wurde nichts abgebucht. Für eine andere Karte starten Sie eine neue Kartenprüfung.',
      },
      failed: {
        heading: 'Nicht geprüft',
        advice: 'Es wurde nichts abgebucht. Für einen neuen Versuch starten Sie eine neue Kartenprüfung.',
      },
      unknown: {
        heading: 'Ergebnis noch nicht bekannt',
        advice:
          'Die Bank hat nicht geantwortet. Warten Sie das Ergebnis ab, bevor Sie die Karte noch einmal prüfen.',
      },
    },
    ends: { expired: 'Die Kartenprüfung hat die Höchstdauer erreicht.' },
  },
}
