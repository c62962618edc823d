import type { Texts } from './texts.ts'

export const de: Texts = {
  fields: { pan: 'Kartennummer', expiry: 'Ablaufdatum', securityCode: 'Prüfnummer' },
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
  fieldErrors: {
    timeout: 'Es kam nichts mehr',
    'invalid-card-number': 'Keine gültige Kartennummer',
    'invalid-card-type': 'Karten dieser Art werden nicht angenommen',
    'invalid-date': 'Kein Datum in der Zukunft',
    'invalid-security-code': 'Falsche Anzahl von Ziffern',
  },
  digits: (count) => (count === 1 ? '1 Ziffer eingegeben' : `${count} Ziffern eingegeben`),
  lastFour: (last4) => `endet auf ${last4}`,
  attemptsLeft: (count) => (count === 1 ? 'letzter Versuch' : `noch ${count} Versuche`),
  ask: 'Abfragen',
  askAgain: 'Erneut',
  askFor: {
    pan: 'Abfragen: Kartennummer',
    expiry: 'Abfragen: Ablaufdatum',
    securityCode: 'Abfragen: Prüfnummer',
  },
  askAgainFor: {
    pan: 'Erneut nach der Kartennummer fragen',
    expiry: 'Erneut nach dem Ablaufdatum fragen',
    securityCode: 'Erneut nach der Prüfnummer fragen',
  },
  reference: 'Referenz',
  cardCheckOnly: 'Nur Kartenprüfung, keine Zahlung',
  fieldsHeading: 'Kartendaten',

  standing: {
    asked: {
      pan: 'Es wird auf die Kartennummer gewartet.',
      expiry: 'Es wird auf das Ablaufdatum gewartet.',
      securityCode: 'Es wird auf die Prüfnummer gewartet.',
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
      'invalid-card-number': 'Das war keine Kartennummer.',
      'invalid-card-type': 'Karten dieser Art werden hier nicht angenommen.',
      'invalid-date': 'Das war kein Datum in der Zukunft.',
      'invalid-security-code': 'Diese Prüfnummer passt nicht zur Karte.',
    },
    between: 'Einen Moment.',
    complete: 'Die Karte ist vollständig. Buchen Sie ab, sobald Ihr Gegenüber zustimmt.',
    completeByKeypad:
      'Die Karte ist vollständig. Bezahlt wird mit der Taste 1 am Telefon, oder Sie buchen selbst ab.',
    processing: 'Die Bank ist gefragt. Bitte warten Sie auf ihre Antwort.',
    challenged: 'Die Bank bittet die Kundin oder den Kunden, die Zahlung zu bestätigen.',
    linkUnsent: 'Der Link wurde noch nicht verschickt.',
    linkElsewhere: 'Es wird darauf gewartet, dass die Zahlungsseite geöffnet wird.',
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
      'Die Karte wurde nicht angenommen. Die Seite sagt, warum; ein neuer Versuch ist dort möglich.',
  },

  say: 'Sagen Sie',
  words: {
    'ask-card-number': 'Bitte geben Sie Ihre Kartennummer ein und danach die Rautetaste.',
    'ask-expiry-date': 'Nun bitte das Ablaufdatum: zwei Ziffern für den Monat, zwei für das Jahr.',
    'ask-security-code': 'Nun bitte die Prüfnummer auf Ihrer Karte und danach die Rautetaste.',
    'again-card-number':
      'Das war leider keine Kartennummer. Bitte geben Sie sie noch einmal langsam ein und danach die Rautetaste.',
    'again-expiry-date':
      'Dieses Datum ist leider nicht gültig. Bitte geben Sie Monat und Jahr noch einmal ein.',
    'again-security-code':
      'Diese Nummer passt leider nicht zu Ihrer Karte. Bitte geben Sie sie noch einmal ein und danach die Rautetaste.',
    'other-card': 'Karten dieser Art können wir leider nicht annehmen. Haben Sie eine andere?',
    'went-silent': 'Lassen Sie sich Zeit. Bitte geben Sie alles noch einmal von vorn ein.',
    typing: 'Lassen Sie sich Zeit. Ich sehe Ihre Ziffern nicht.',
    confirm: 'Darf ich {amount} für {merchant} von der Karte abbuchen, die auf {last4} endet?',
    'confirm-by-keypad':
      'Es geht um {amount} an {merchant} von der Karte, die auf {last4} endet. Drücken Sie bitte die 1, um zu zahlen, oder die 2, um neu zu beginnen.',
    processing: 'Vielen Dank. Ich frage Ihre Bank; einen Moment, bitte.',
    challenged:
      'Ihre Bank bittet Sie, die Zahlung zu bestätigen. Bitte folgen Sie dem, was sie Ihnen anzeigt.',
    'send-link':
      'Ich kann Ihnen einen Link zu einer sicheren Zahlungsseite schicken. Wohin darf ich ihn schicken?',
    'link-sent': 'Ich habe Ihnen den Link geschickt. Bitte öffnen Sie ihn und tragen Sie Ihre Karte ein.',
    'link-opened':
      'Sie haben die Seite geöffnet. Bitte tragen Sie dort Ihre Karte ein; ich sehe Ihre Ziffern nicht.',
    'link-typing': 'Lassen Sie sich Zeit. Ich sehe Ihre Ziffern nicht.',
    'hung-up':
      'Wir wurden getrennt. Soll ich Ihnen einen Link schicken, mit dem Sie die Zahlung abschließen?',
    'tones-heard':
      'Bitte drücken Sie einen Moment lang keine Tasten. Soll ich Ihnen stattdessen einen Link schicken?',
    'audio-lost': 'Ich höre Sie nicht. Wenn Sie mich hören, bleiben Sie bitte in der Leitung.',
    approved: 'Die Zahlung über {amount} ist erfolgt. Vielen Dank.',
    verified: 'Ihre Karte ist geprüft, und es wurde nichts abgebucht. Vielen Dank.',
    review: 'Ihre Zahlung wird geprüft. Sie hören von uns; bitte zahlen Sie nicht noch einmal.',
    declined:
      'Ihre Bank hat die Zahlung nicht zugelassen, und es wurde nichts abgebucht. Haben Sie eine andere Karte?',
    cancelled: 'Die Zahlung ist abgebrochen. Es wurde nichts abgebucht.',
    failed: 'Die Zahlung war nicht möglich. Es wurde nichts abgebucht.',
    unknown:
      'Ihre Bank hat noch nicht geantwortet. Bitte zahlen Sie nicht noch einmal; wir sagen Ihnen, wie es ausgegangen ist.',
  },
  wordsWithoutLast4: {
    confirm: 'Darf ich {amount} für {merchant} von dieser Karte abbuchen?',
    'confirm-by-keypad':
      'Es geht um {amount} an {merchant}. Drücken Sie bitte die 1, um zu zahlen, oder die 2, um neu zu beginnen.',
  },
  wordsForCardCheck: {
    confirm: 'Darf ich Ihre Karte für {merchant} prüfen lassen? Es wird nichts abgebucht.',
    'confirm-by-keypad':
      'Ihre Karte wird geprüft, und es wird nichts abgebucht. Drücken Sie bitte die 1, um fortzufahren, oder die 2, um neu zu beginnen.',
  },

  warnings: {
    'in-band-tones': {
      heading: 'Die Tasten sind im Gespräch zu hören',
      advice: 'Sie können in einer Aufzeichnung sein. Nehmen Sie statt der Tasten einen Link.',
    },
    'audio-lost': {
      heading: 'Aus dem Gespräch kommt kein Ton',
      advice: 'Tasten kommen vielleicht nicht an. Warten Sie einen Moment, oder nehmen Sie einen Link.',
    },
    'doubled-tones': {
      heading: 'Jede Taste scheint doppelt anzukommen',
      advice: 'Das liegt am Telefon. Der langsame Modus zählt jedes Paar einmal.',
    },
    'ending-soon': {
      heading: 'Diese Sitzung endet gleich',
      advice: 'Seit einer Weile ist nichts geschehen.',
    },
    'hung-up': {
      heading: 'Es wurde aufgelegt',
      advice: 'Was eingegeben wurde, bleibt. Sie können mit einem Link weitermachen oder abbrechen.',
    },
  },
  timeLeft: 'Verbleibende Zeit',
  goOn: 'Weitermachen',
  cannotGoOn: 'Diese Sitzung hat ihre längste Dauer erreicht und kann nicht weitergehen.',

  settingsHeading: 'Hilfe mit den Tasten',
  slowMode: 'Langsamer Modus',
  slowModeHint: 'Für Telefone, die jede Taste doppelt senden',
  turnOnSlowMode: 'Langsamen Modus einschalten',
  waitBetweenDigits: 'Wartezeit zwischen Ziffern',
  seconds: (count) => (count === 1 ? '1 Sekunde' : `${count} Sekunden`),
  useLink: 'Tasteneingabe ist nicht möglich',
  useKeypad: 'Zurück zur Tasteneingabe',

  linkHeading: 'Link zur Zahlungsseite',
  noChannels: 'Dieser Server verschickt keine Links. Schicken Sie ihn aus Ihrem System.',
  channels: {
    sms: {
      name: 'SMS',
      addressLabel: 'Telefonnummer',
      addressHint: 'Vollständig, mit Landesvorwahl: +49 151 23456789',
      enterAddress: 'Nummer eingeben',
      otherAddress: 'Andere Nummer',
    },
    email: {
      name: 'E-Mail',
      addressLabel: 'E-Mail-Adresse',
      addressHint: 'Zum Beispiel name@example.com',
      enterAddress: 'Adresse eingeben',
      otherAddress: 'Andere Adresse',
    },
  },
  linkSteps: { sent: 'Link verschickt', opened: 'Seite geöffnet' },
  send: 'Senden',
  sendAgain: 'Noch einmal senden',
  sending: 'Wird gesendet…',
  close: 'Schließen',

  takePayment: 'Jetzt abbuchen',
  takingPayment: 'Wird abgebucht…',
  verifyCard: 'Karte prüfen',
  cancel: 'Abbruch',
  finish: 'Fertig',
  cancelQuestion: 'Diese Zahlung abbrechen?',
  cancelYes: 'Ja, abbrechen',
  cancelNo: 'Nein, weiter',
  endsAt: (time) => `Endet um ${time}, wenn nichts geschieht`,

  commandUnderWay: 'Wird an den Server geschickt…',
  connectionLost: 'Die Verbindung ist unterbrochen. Sie wird wieder aufgebaut…',
  accessLost: 'Diese Seite hat ihren Zugang verloren. Öffnen Sie die Zahlung in Ihrem System noch einmal.',
  accessEnded: 'Ihr Zugang zu dieser Zahlung ist beendet. Die Zahlung selbst läuft weiter.',
  sessionGone: 'Diese Sitzung ist beendet. Ihr Ergebnis steht in Ihrem System.',
  refusals: {
    address: 'An diese Adresse kann kein Link geschickt werden.',
    'not-now': 'Das ist im Moment nicht möglich.',
    'too-often':
      'Der Link wurde vorerst so oft verschickt, wie es erlaubt ist. Versuchen Sie es später oder auf einem anderen Weg.',
    closed: 'Ihr Zugang zu dieser Zahlung ist beendet. Die Zahlung selbst läuft weiter.',
    'not-sent':
      'Der Link konnte nicht verschickt werden. Versuchen Sie es noch einmal oder mit einer anderen Adresse.',
    late: 'Das kam zu spät beim Server an, und nichts ist geschehen. Bitte versuchen Sie es noch einmal.',
    failed:
      'Der Server hat nicht geantwortet. Sehen Sie nach, wo die Zahlung steht, und versuchen Sie es dann noch einmal.',
  },

  authorisationCode: 'Genehmigungsnummer',
  outcomes: {
    approved: { heading: 'Bezahlt', advice: 'Die Zahlung ist erfolgt.' },
    review: {
      heading: 'In Prüfung',
      advice: 'Die Karte wurde angenommen; die Zahlung wird noch angesehen, bevor sie endgültig ist.',
    },
    declined: {
      heading: 'Abgelehnt',
      advice: 'Es wurde nichts abgebucht. Bieten Sie in einer neuen Sitzung eine andere Karte an.',
    },
    cancelled: { heading: 'Abgebrochen', advice: 'Es wurde nichts abgebucht.' },
    failed: { heading: 'Nicht bezahlt', advice: 'Es wurde nichts abgebucht.' },
    unknown: {
      heading: 'Ausgang noch nicht bekannt',
      advice:
        'Die Bank hat nicht geantwortet; das Geld kann abgebucht sein. Buchen Sie nicht noch einmal ab.',
    },
  },
  verified: { heading: 'Karte geprüft', advice: 'Die Karte ist gültig. Es wurde nichts abgebucht.' },
  ends: {
    'payment-connector-error': 'Der Zahlungsdienst war nicht zu erreichen.',
    'too-many-failed-attempts': 'Es waren keine Versuche mehr übrig.',
    timeout: 'Zu lange ist nichts geschehen.',
    expired: 'Die Sitzung hat ihre längste Dauer erreicht.',
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
    'card-not-supported': 'Die Bank nimmt Karten dieser Art nicht an.',
    'suspected-fraud': 'Die Bank lässt diese Karte nicht zu.',
    'authentication-failed': 'Die Bank konnte nicht bestätigen, wer mit der Karte zahlt.',
  },
}
