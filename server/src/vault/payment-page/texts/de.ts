import type { PaymentPageTexts } from '@tonegate/protocol/payment-page-texts'

const bankKnows = 'Ihre Bank hat die Zahlung abgelehnt. Den Grund kann Ihnen Ihre Bank nennen.'
const bankKnowsOfCheck = 'Ihre Bank hat die Karte nicht bestätigt. Den Grund kann Ihnen Ihre Bank nennen.'
const newLink = 'Es wurde nichts abgebucht. Bitte lassen Sie sich einen neuen Link schicken.'

export const de: PaymentPageTexts = {
  payTo: 'Zahlung an {merchant}',
  verifyFor: 'Kartenprüfung für {merchant}',
  verifyAmount: 'Es wird nichts abgebucht',
  reference: 'Referenz: {reference}',
  fields: { pan: 'Kartennummer', expiry: 'Ablaufdatum', securityCode: 'Prüfnummer (CVC/CVV)' },
  expiryHint: 'Monat und Jahr, auf der Karte „gültig bis“, zum Beispiel 09/28',
  securityCodeHints: {
    any: '3 Ziffern auf der Rückseite, bei American Express 4 auf der Vorderseite',
    3: '3 Ziffern auf der Rückseite der Karte',
    4: '4 Ziffern auf der Vorderseite der Karte',
  },
  noSecurityCode: 'Lassen Sie das Feld leer, wenn Ihre Karte keine Prüfnummer hat.',
  pay: '{amount} zahlen',
  verify: 'Karte prüfen',
  paying: 'Zahlung über {amount} läuft …',
  verifying: 'Karte wird geprüft …',
  privacy: 'Die Kartendaten, die Sie hier eingeben, sieht sonst niemand.',
  privacyOnPhone: 'Die Kartendaten, die Sie hier eingeben, sieht am Telefon niemand.',
  keypadInUse:
    'Sie werden gerade am Telefon um Tasteneingabe gebeten. Sie können Ihre Kartendaten stattdessen hier eingeben.',
  errorTitle: 'Fehler: {title}',
  errorHeading: 'Bitte prüfen Sie Ihre Kartendaten',
  errorAdvice:
    'Zu Ihrer Sicherheit wurden Ihre Eingaben nicht gespeichert. Bitte geben Sie alle Kartendaten noch einmal ein.',
  oneAttemptLeft: 'Sie haben noch einen Versuch.',
  attemptsLeft: 'Sie haben noch {count} Versuche.',
  fieldErrors: {
    'missing-card-number': 'Bitte geben Sie die Kartennummer ein.',
    'missing-expiry-date': 'Bitte geben Sie das Ablaufdatum ein.',
    'missing-security-code': 'Bitte geben Sie die Prüfnummer ein.',
    'invalid-card-number': 'Diese Kartennummer ist nicht gültig. Bitte prüfen Sie jede Ziffer.',
    'invalid-card-type': 'Diese Kartenart wird nicht angenommen. Bitte verwenden Sie eine andere Karte.',
    'invalid-date': 'Die Karte ist abgelaufen oder das Datum ist ungültig. Bitte prüfen Sie Monat und Jahr.',
    'invalid-security-code': 'Die Prüfnummer hat für diese Karte die falsche Länge.',
    timeout: 'Das hat zu lange gedauert. Bitte geben Sie die Angabe noch einmal ein.',
  },
  notSent: {
    heading: 'Die Zahlung wurde nicht gesendet',
    advice:
      'Sie haben nicht gezahlt. Ihr Gerät ist offline. Versuchen Sie es noch einmal, sobald die Verbindung wieder da ist.',
  },
  notPaid: {
    heading: 'Sie haben nicht gezahlt: Die Verbindung ist abgebrochen',
    advice: 'Es wurde nichts abgebucht. Bitte versuchen Sie es noch einmal.',
  },
  unknownYet: {
    heading: 'Wir wissen noch nicht, ob Sie gezahlt haben',
    advice:
      'Die Verbindung ist abgebrochen. Bleiben Sie auf dieser Seite und zahlen Sie nicht noch einmal. Wir fragen weiter nach dem Ergebnis.',
  },
  processing: {
    heading: 'Ihre Zahlung läuft',
    advice: 'Bitte warten Sie und zahlen Sie nicht noch einmal. Das Ergebnis erscheint hier.',
  },
  challenge: {
    heading: 'Ihre Bank möchte sichergehen, dass Sie es sind',
    advice: 'Bestätigen Sie die Zahlung bei Ihrer Bank. Vorher wird nichts abgebucht.',
  },
  toBank: 'Weiter zu Ihrer Bank',
  bank: 'Ihre Bank',
  challengeDone: {
    heading: 'Vielen Dank',
    advice: 'Ihre Bank hat geantwortet. Die Zahlung wird automatisch fortgesetzt.',
  },
  toPayment: 'Zurück zur Zahlung',
  outcomes: {
    approved: { heading: 'Bezahlt', advice: 'Vielen Dank. Sie können diese Seite schließen.' },
    review: {
      heading: 'Ihre Zahlung wird noch geprüft',
      advice: 'Das Unternehmen teilt Ihnen das Ergebnis mit. Zahlen Sie nicht noch einmal.',
    },
    declined: { heading: 'Ihre Karte wurde abgelehnt', advice: newLink },
    cancelled: {
      heading: 'Die Zahlung wurde abgebrochen',
      advice:
        'Es wurde nichts abgebucht. Wenn Sie noch zahlen möchten, lassen Sie sich bitte einen neuen Link schicken.',
    },
    failed: { heading: 'Die Zahlung war nicht möglich', advice: newLink },
    unknown: {
      heading: 'Das Ergebnis ist noch nicht bekannt',
      advice:
        'Die Antwort der Bank ist nicht eingetroffen. Zahlen Sie nicht noch einmal. Das Unternehmen informiert Sie über das Ergebnis.',
    },
  },
  cancelledAtBank: {
    heading: 'Die Zahlung wurde abgebrochen',
    advice: 'Ihre Bank hat das noch nicht bestätigt. Falls doch etwas abgebucht wurde, wird es erstattet.',
  },
  verified: {
    heading: 'Ihre Karte wurde geprüft',
    advice: 'Es wurde nichts abgebucht. Sie können diese Seite schließen.',
  },
  paidAlready: { heading: 'Diese Zahlung ist bereits erfolgt', advice: 'Sie müssen nichts weiter tun.' },
  verifiedAlready: {
    heading: 'Diese Karte wurde bereits geprüft',
    advice: 'Es wurde nichts abgebucht. Sie müssen nichts weiter tun.',
  },
  tooManyAttempts: {
    heading: 'Zu viele Versuche',
    advice: `Die Kartendaten wurden nicht angenommen. ${newLink}`,
  },
  ranOut: { heading: 'Dieser Link ist abgelaufen', advice: newLink },
  newerLink: {
    heading: 'Es gibt einen neueren Link',
    advice: 'Dieser Link gilt nicht mehr. Bitte verwenden Sie den Link, den Sie zuletzt erhalten haben.',
  },
  unknownLink: {
    heading: 'Dieser Link ist ungültig',
    advice:
      'Der Link ist unvollständig oder abgelaufen. Bitte lassen Sie sich einen neuen schicken. Wenn Sie gerade gezahlt haben, zahlen Sie nicht noch einmal.',
  },
  ourFault: {
    heading: 'Bei uns ist etwas schiefgegangen',
    advice: 'Öffnen Sie Ihren Link gleich noch einmal. Dort steht, ob Sie gezahlt haben.',
  },
  notUnderstood: {
    heading: 'Diese Anfrage konnte nicht verarbeitet werden',
    advice:
      'Öffnen Sie Ihren Link noch einmal. Dort steht, ob Sie gezahlt haben. Wenn das nicht hilft, lassen Sie sich bitte einen neuen schicken.',
  },
  declineReasons: {
    'do-not-honour': bankKnows,
    'insufficient-funds': 'Die Karte ist nicht ausreichend gedeckt.',
    'expired-card': 'Die Karte ist abgelaufen.',
    'invalid-card-number': 'Ihre Bank kennt diese Kartennummer nicht.',
    'invalid-security-code': 'Die Prüfnummer ist nicht richtig.',
    'lost-or-stolen': bankKnows,
    'limit-exceeded': 'Der Betrag übersteigt das Limit der Karte.',
    'card-not-supported': 'Diese Kartenart wird nicht angenommen. Bitte verwenden Sie eine andere Karte.',
    'suspected-fraud': bankKnows,
    'authentication-failed': 'Ihre Bank konnte nicht bestätigen, dass Sie es waren.',
  },
  cardCheck: {
    notSent: {
      heading: 'Ihre Kartendaten wurden nicht gesendet',
      advice:
        'Ihre Karte wurde nicht geprüft. Ihr Gerät ist offline. Versuchen Sie es noch einmal, sobald die Verbindung wieder da ist.',
    },
    notPaid: {
      heading: 'Ihre Karte wurde nicht geprüft: Die Verbindung ist abgebrochen',
      advice: 'Es wurde nichts abgebucht. Bitte versuchen Sie es noch einmal.',
    },
    unknownYet: {
      heading: 'Wir wissen noch nicht, ob Ihre Karte geprüft wurde',
      advice:
        'Die Verbindung ist abgebrochen. Es wird nichts abgebucht. Wir fragen weiter nach dem Ergebnis.',
    },
    processing: {
      heading: 'Die Kartenprüfung läuft',
      advice: 'Bitte warten Sie. Es wird nichts abgebucht. Das Ergebnis erscheint hier.',
    },
    challenge: {
      heading: 'Ihre Bank möchte sichergehen, dass Sie es sind',
      advice: 'Bestätigen Sie die Kartenprüfung bei Ihrer Bank. Es wird nichts abgebucht.',
    },
    challengeDone: {
      heading: 'Vielen Dank',
      advice: 'Ihre Bank hat geantwortet. Die Kartenprüfung wird automatisch fortgesetzt.',
    },
    toPayment: 'Zurück zur Kartenprüfung',
    outcomes: {
      review: {
        heading: 'Die Kartenprüfung muss noch bestätigt werden',
        advice: 'Es wurde nichts abgebucht. Das Unternehmen teilt Ihnen das Ergebnis mit.',
      },
      cancelled: {
        heading: 'Die Kartenprüfung wurde abgebrochen',
        advice:
          'Es wurde nichts abgebucht. Für eine Kartenprüfung lassen Sie sich bitte einen neuen Link schicken.',
      },
      failed: { heading: 'Die Kartenprüfung war nicht möglich', advice: newLink },
      unknown: {
        heading: 'Das Ergebnis der Kartenprüfung ist noch nicht bekannt',
        advice:
          'Die Antwort der Bank ist nicht eingetroffen. Es wurde nichts abgebucht. Das Unternehmen informiert Sie über das Ergebnis.',
      },
    },
    cancelledAtBank: {
      heading: 'Die Kartenprüfung wurde abgebrochen',
      advice: 'Ihre Bank hat das noch nicht bestätigt. Es wurde nichts abgebucht.',
    },
    declineReasons: {
      'do-not-honour': bankKnowsOfCheck,
      'lost-or-stolen': bankKnowsOfCheck,
      'suspected-fraud': bankKnowsOfCheck,
    },
  },
  merchantLabel: 'Händler',
  amountLabel: 'Betrag',
  referenceLabel: 'Referenz',
}
