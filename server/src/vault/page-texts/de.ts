import type { PaymentPageTexts } from './payment-page-texts.ts'

const bankKnows = 'Ihre Bank hat die Zahlung nicht zugelassen. Den Grund kann Ihnen Ihre Bank nennen.'
const newLink = 'Es wurde nichts gezahlt. Bitten Sie den Mitarbeiter um einen neuen Link.'

export const de: PaymentPageTexts = {
  payTo: 'Zahlung an {merchant}',
  verifyFor: 'Kartenprüfung für {merchant}',
  verifyAmount: 'Es wird nichts abgebucht',
  reference: 'Referenz {reference}',
  fields: { pan: 'Kartennummer', expiry: 'Gültig bis', securityCode: 'Prüfnummer' },
  expiryHint: 'Monat und Jahr, zum Beispiel 09/28',
  securityCodeHints: {
    any: '3 Ziffern auf der Rückseite, bei American Express 4 auf der Vorderseite',
    3: '3 Ziffern auf der Rückseite der Karte',
    4: '4 Ziffern auf der Vorderseite der Karte',
  },
  noSecurityCode: 'Lassen Sie das Feld leer, wenn Ihre Karte keine hat.',
  pay: '{amount} zahlen',
  verify: 'Karte prüfen',
  paying: '{amount} werden gezahlt …',
  verifying: 'Karte wird geprüft …',
  privacy: 'Der Mitarbeiter am Telefon sieht nicht, was Sie hier eingeben.',
  keypadInUse:
    'Zurzeit wird Ihre Eingabe über die Telefontastatur erwartet. Sie können die Karte stattdessen hier eingeben.',
  errorTitle: 'Fehler: {title}',
  errorHeading: 'Bitte prüfen Sie Ihre Kartendaten',
  errorAdvice:
    'Zu Ihrer Sicherheit wurden Ihre Eingaben nicht gespeichert. Bitte geben Sie alle Kartendaten noch einmal ein.',
  oneAttemptLeft: 'Sie haben noch einen Versuch.',
  attemptsLeft: 'Sie haben noch {count} Versuche.',
  fieldErrors: {
    'missing-card-number': 'Bitte geben Sie die Kartennummer ein.',
    'missing-expiry-date': 'Bitte geben Sie ein, bis wann die Karte gültig ist.',
    'missing-security-code': 'Bitte geben Sie die Prüfnummer ein.',
    'invalid-card-number': 'Das ist keine Kartennummer. Bitte prüfen Sie jede Ziffer.',
    'invalid-card-type': 'Karten dieser Art werden hier nicht angenommen. Bitte nehmen Sie eine andere.',
    'invalid-date': 'Dieses Datum liegt nicht in der Zukunft.',
    'invalid-security-code': 'Diese Prüfnummer passt nicht zu einer Karte dieser Art.',
    timeout: 'Das hat zu lange gedauert. Bitte noch einmal eingeben.',
  },
  notSent: {
    heading: 'Nicht gesendet. Sie haben nicht gezahlt',
    advice: 'Ihr Gerät hat keine Verbindung. Versuchen Sie es noch einmal, sobald es wieder eine hat.',
  },
  notPaid: {
    heading: 'Die Verbindung ist abgebrochen. Sie haben nicht gezahlt',
    advice: 'Von Ihrer Karte wurde nichts abgebucht. Bitte versuchen Sie es noch einmal.',
  },
  unknownYet: {
    heading: 'Wir wissen noch nicht, ob Sie gezahlt haben',
    advice:
      'Die Verbindung ist abgebrochen. Bleiben Sie auf dieser Seite und zahlen Sie nicht noch einmal: Wir fragen weiter nach.',
  },
  processing: {
    heading: 'Ihre Zahlung wird ausgeführt',
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
    advice: 'Ihre Bank hat geantwortet. Die Zahlung geht von selbst weiter.',
  },
  toPayment: 'Zurück zur Zahlung',
  outcomes: {
    approved: { heading: 'Bezahlt', advice: 'Vielen Dank. Sie können diese Seite schließen.' },
    review: {
      heading: 'Ihre Zahlung wird geprüft',
      advice: 'Der Händler prüft sie und teilt Ihnen das Ergebnis mit. Zahlen Sie nicht noch einmal.',
    },
    declined: { heading: 'Ihre Karte wurde abgelehnt', advice: newLink },
    cancelled: {
      heading: 'Die Zahlung wurde abgebrochen',
      advice:
        'Es wurde nichts gezahlt. Wenn Sie noch zahlen möchten, bitten Sie den Mitarbeiter um einen neuen Link.',
    },
    failed: { heading: 'Die Zahlung war nicht möglich', advice: newLink },
    unknown: {
      heading: 'Wir klären Ihre Zahlung',
      advice:
        'Die Antwort der Bank ist nicht eingetroffen. Zahlen Sie nicht noch einmal: Der Händler teilt Ihnen das Ergebnis mit.',
    },
  },
  cancelledAtBank: {
    heading: 'Die Zahlung wurde abgebrochen',
    advice: 'Ihre Bank hat das noch nicht bestätigt. Falls doch etwas abgebucht wurde, wird es erstattet.',
  },
  verified: {
    heading: 'Ihre Karte ist geprüft',
    advice: 'Es wurde nichts abgebucht. Sie können diese Seite schließen.',
  },
  paidAlready: { heading: 'Das ist bereits bezahlt', advice: 'Sie müssen nichts weiter tun.' },
  verifiedAlready: {
    heading: 'Die Karte ist bereits geprüft',
    advice: 'Es wurde nichts abgebucht. Sie müssen nichts weiter tun.',
  },
  tooManyAttempts: {
    heading: 'Die Karte konnte nicht angenommen werden',
    advice: `Die Angaben waren zu oft falsch. ${newLink}`,
  },
  ranOut: { heading: 'Dieser Link ist abgelaufen', advice: newLink },
  newerLink: {
    heading: 'Es gibt einen neueren Link',
    advice: 'Dieser gilt nicht mehr. Bitte verwenden Sie den Link, den Sie zuletzt erhalten haben.',
  },
  unknownLink: {
    heading: 'Dieser Link führt zu keiner Zahlung',
    advice:
      'Er ist unvollständig oder gilt nicht mehr. Bitten Sie den Mitarbeiter um einen neuen. Wenn Sie gerade gezahlt haben, zahlen Sie nicht noch einmal.',
  },
  ourFault: {
    heading: 'Bei uns ist etwas schiefgegangen',
    advice: 'Öffnen Sie Ihren Link gleich noch einmal: Dort steht, ob Sie gezahlt haben.',
  },
  notUnderstood: {
    heading: 'Diese Anfrage wurde nicht verstanden',
    advice: 'Öffnen Sie Ihren Link noch einmal. Wenn das nicht hilft, fragen Sie den Mitarbeiter.',
  },
  declineReasons: {
    'do-not-honour': bankKnows,
    'insufficient-funds': 'Die Karte ist nicht ausreichend gedeckt.',
    'expired-card': 'Die Karte ist abgelaufen.',
    'invalid-card-number': 'Ihre Bank kennt diese Kartennummer nicht.',
    'invalid-security-code': 'Die Prüfnummer ist nicht richtig.',
    'lost-or-stolen': bankKnows,
    'limit-exceeded': 'Der Betrag übersteigt das Limit der Karte.',
    'card-not-supported': 'Karten dieser Art werden hier nicht angenommen.',
    'suspected-fraud': bankKnows,
    'authentication-failed': 'Ihre Bank konnte nicht bestätigen, dass Sie es waren.',
  },
  merchantLabel: 'Händler',
  amountLabel: 'Betrag',
  referenceLabel: 'Referenz',
}
