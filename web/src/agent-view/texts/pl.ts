import type { Texts } from './texts.ts'

const plural = new Intl.PluralRules('pl')

/** 1 cyfra, 2 cyfry, 5 cyfr, 22 cyfry. */
function counted(count: number, [one, few, many]: readonly [string, string, string]): string {
  const rule = plural.select(count)
  return `${count} ${rule === 'one' ? one : rule === 'few' ? few : many}`
}

export const pl: Texts = {
  fields: { pan: 'Numer karty', expiry: 'Data ważności', securityCode: 'Kod zabezpieczający' },
  fieldStates: {
    empty: 'Jeszcze nie podano',
    asked: 'Oczekiwanie na pierwszą cyfrę',
    entering: 'Trwa wpisywanie',
    complete: 'Kompletne',
    refused: 'Nie przyjęto',
  },
  pageFieldStates: {
    empty: 'Jeszcze nie wpisano',
    asked: 'Jeszcze nie wpisano',
    entering: 'Wpisano',
    complete: 'Kompletne',
    refused: 'Nie przyjęto',
  },
  fieldErrors: {
    timeout: 'Nie wpisano dalszych cyfr',
    'invalid-card-number': 'Nieprawidłowy numer karty',
    'invalid-card-type': 'Karty tego rodzaju nie są przyjmowane',
    'invalid-date': 'To nie jest data w przyszłości',
    'invalid-security-code': 'Nieprawidłowa liczba cyfr',
  },
  digits: (count) => `Wpisano ${counted(count, ['cyfrę', 'cyfry', 'cyfr'])}`,
  lastFour: (last4) => `końcówka ${last4}`,
  attemptsLeft: (count) => (count === 1 ? 'ostatnia próba' : `pozostało prób: ${count}`),
  ask: 'Zapytaj',
  askAgain: 'Ponów',
  askFor: {
    pan: 'Zapytaj o numer karty',
    expiry: 'Zapytaj o datę ważności',
    securityCode: 'Zapytaj o kod zabezpieczający',
  },
  askAgainFor: {
    pan: 'Ponów pytanie o numer karty',
    expiry: 'Ponów pytanie o datę ważności',
    securityCode: 'Ponów pytanie o kod zabezpieczający',
  },
  reference: 'Numer referencyjny',
  cardCheckOnly: 'Tylko sprawdzenie karty, bez płatności',
  fieldsHeading: 'Dane karty',

  standing: {
    asked: {
      pan: 'Oczekiwanie na numer karty.',
      expiry: 'Oczekiwanie na datę ważności.',
      securityCode: 'Oczekiwanie na kod zabezpieczający.',
    },
    typing: {
      pan: 'Rozmówca wpisuje numer karty.',
      expiry: 'Rozmówca wpisuje datę ważności.',
      securityCode: 'Rozmówca wpisuje kod zabezpieczający.',
    },
    stopped: {
      pan: 'Numer karty nie został wpisany do końca.',
      expiry: 'Data ważności nie została wpisana do końca.',
      securityCode: 'Kod zabezpieczający nie został wpisany do końca.',
    },
    refused: {
      'invalid-card-number': 'To nie był numer karty.',
      'invalid-card-type': 'Karty tego rodzaju nie są tu przyjmowane.',
      'invalid-date': 'To nie była data w przyszłości.',
      'invalid-security-code': 'Ten kod zabezpieczający nie pasuje do karty.',
    },
    between: 'Chwileczkę.',
    complete: 'Dane karty są kompletne. Płatność można pobrać po zgodzie rozmówcy.',
    completeByKeypad: 'Dane karty są kompletne. Rozmówca płaci klawiszem 1 albo płatność pobiera konsultant.',
    processing: 'Wysłano zapytanie do banku. Proszę czekać na odpowiedź.',
    challenged: 'Bank prosi klienta o potwierdzenie płatności.',
    linkUnsent: 'Link nie został jeszcze wysłany.',
    linkElsewhere: 'Oczekiwanie na otwarcie strony płatności.',
    linkSending: (to) => `Trwa wysyłanie linku (${to}).`,
    linkSent: (to) => `Link wysłano (${to}).`,
    linkFailed: (to) => `Nie udało się wysłać linku (${to}).`,
    linkOpened: 'Klient otworzył stronę płatności.',
    linkTyping: {
      pan: 'Klient wpisuje numer karty.',
      expiry: 'Klient wpisuje datę ważności.',
      securityCode: 'Klient wpisuje kod zabezpieczający.',
    },
    linkRefused: 'Dane karty były nieprawidłowe. Strona podaje przyczynę, a klient może spróbować ponownie.',
  },

  say: 'Proszę powiedzieć',
  words: {
    'ask-card-number': 'Proszę wpisać numer karty, a potem krzyżyk.',
    'ask-expiry-date': 'Teraz proszę o datę ważności: dwie cyfry miesiąca i dwie cyfry roku.',
    'ask-security-code': 'Teraz proszę o kod zabezpieczający z karty, a potem krzyżyk.',
    'again-card-number':
      'Niestety to nie był numer karty. Proszę wpisać go jeszcze raz, powoli, a potem krzyżyk.',
    'again-expiry-date': 'Niestety ta data jest nieprawidłowa. Proszę jeszcze raz wpisać miesiąc i rok.',
    'again-security-code':
      'Niestety ten kod nie pasuje do karty. Proszę wpisać go jeszcze raz, a potem krzyżyk.',
    'other-card': 'Niestety nie przyjmujemy kart tego rodzaju. Czy ma Pan lub Pani inną kartę?',
    'went-silent': 'Proszę się nie spieszyć. Proszę wpisać wszystko jeszcze raz, od początku.',
    typing: 'Proszę się nie spieszyć. Nie widzę wpisywanych cyfr.',
    confirm: 'Czy mogę pobrać {amount} dla {merchant} z karty o końcówce {last4}?',
    'confirm-by-keypad':
      'Kwota to {amount} dla {merchant}, z karty o końcówce {last4}. Aby zapłacić, proszę nacisnąć 1. Aby zacząć od nowa, 2.',
    processing: 'Dziękuję. Pytam bank; proszę chwilę zaczekać.',
    challenged: 'Bank prosi o potwierdzenie płatności. Proszę postępować zgodnie z tym, co wyświetla.',
    'send-link': 'Mogę wysłać link do bezpiecznej strony płatności. Dokąd mam go wysłać?',
    'link-sent': 'Link został wysłany. Proszę go otworzyć i wpisać dane karty.',
    'link-opened': 'Strona jest już otwarta. Proszę wpisać na niej dane karty; nie widzę wpisywanych cyfr.',
    'link-typing': 'Proszę się nie spieszyć. Nie widzę wpisywanych cyfr.',
    'hung-up': 'Połączenie zostało przerwane. Czy mam wysłać link, żeby dokończyć płatność?',
    'tones-heard': 'Proszę przez chwilę nie naciskać klawiszy. Czy mam zamiast tego wysłać link?',
    'audio-lost': 'Nic nie słyszę. Jeśli mnie słychać, proszę się nie rozłączać.',
    approved: 'Płatność na kwotę {amount} została wykonana. Dziękuję.',
    verified: 'Karta została sprawdzona i nie pobrano żadnych środków. Dziękuję.',
    review: 'Płatność jest sprawdzana. Odezwiemy się; proszę nie płacić ponownie.',
    declined: 'Bank nie zgodził się na płatność i nie pobrano żadnych środków. Czy jest inna karta?',
    cancelled: 'Płatność została anulowana. Nie pobrano żadnych środków.',
    failed: 'Nie udało się wykonać płatności. Nie pobrano żadnych środków.',
    unknown: 'Bank jeszcze nie odpowiedział. Proszę nie płacić ponownie; poinformujemy o wyniku.',
  },
  wordsWithoutLast4: {
    confirm: 'Czy mogę pobrać {amount} dla {merchant} z tej karty?',
    'confirm-by-keypad':
      'Kwota to {amount} dla {merchant}. Aby zapłacić, proszę nacisnąć 1. Aby zacząć od nowa, 2.',
  },
  wordsForCardCheck: {
    confirm: 'Czy mogę sprawdzić kartę dla {merchant}? Nie zostaną pobrane żadne środki.',
    'confirm-by-keypad':
      'Karta zostanie sprawdzona, bez pobierania środków. Aby kontynuować, proszę nacisnąć 1. Aby zacząć od nowa, 2.',
  },

  warnings: {
    'in-band-tones': {
      heading: 'Klawisze rozmówcy słychać w rozmowie',
      advice: 'Mogą znaleźć się w nagraniu. Proszę użyć linku zamiast klawiatury.',
    },
    'audio-lost': {
      heading: 'Z rozmowy nie dochodzi dźwięk',
      advice: 'Klawisze mogą nie docierać. Proszę chwilę zaczekać albo użyć linku.',
    },
    'doubled-tones': {
      heading: 'Każdy klawisz dociera chyba dwa razy',
      advice: 'To wina telefonu. Tryb wolny liczy każdą parę raz.',
    },
    'ending-soon': {
      heading: 'Ta sesja zaraz się skończy',
      advice: 'Od pewnego czasu nic się nie dzieje.',
    },
    'hung-up': {
      heading: 'Rozmówca się rozłączył',
      advice: 'To, co wpisano, zostaje zachowane. Można dokończyć linkiem albo anulować.',
    },
  },
  timeLeft: 'Pozostały czas',
  goOn: 'Kontynuuj',
  cannotGoOn: 'Ta sesja osiągnęła maksymalny czas i nie można jej przedłużyć.',

  settingsHeading: 'Pomoc z klawiaturą',
  slowMode: 'Tryb wolny',
  slowModeHint: 'Dla telefonów, które wysyłają każdy klawisz dwa razy',
  turnOnSlowMode: 'Włącz tryb wolny',
  waitBetweenDigits: 'Czas między cyframi',
  seconds: (count) => counted(count, ['sekunda', 'sekundy', 'sekund']),
  useLink: 'Rozmówca nie może użyć klawiatury',
  useKeypad: 'Powrót do klawiatury',

  linkHeading: 'Link do strony płatności',
  noChannels: 'Ten serwer nie wysyła linków. Proszę wysłać link ze swojego systemu.',
  channels: {
    sms: {
      name: 'SMS',
      addressLabel: 'Numer telefonu',
      addressHint: 'Pełny, z numerem kraju: +48 500 000 000',
      enterAddress: 'Podaj numer',
      otherAddress: 'Inny numer',
    },
    email: {
      name: 'E-mail',
      addressLabel: 'Adres e-mail',
      addressHint: 'Na przykład nazwa@example.com',
      enterAddress: 'Podaj adres',
      otherAddress: 'Inny adres',
    },
  },
  linkSteps: { sent: 'Link wysłany', opened: 'Strona otwarta' },
  send: 'Wyślij',
  sendAgain: 'Wyślij ponownie',
  sending: 'Wysyłanie…',
  close: 'Zamknij',

  takePayment: 'Pobierz płatność',
  takingPayment: 'Pobieranie…',
  verifyCard: 'Sprawdź kartę',
  cancel: 'Anuluj',
  finish: 'Zakończ',
  cancelQuestion: 'Anulować tę płatność?',
  cancelYes: 'Tak, anuluj',
  cancelNo: 'Nie, kontynuuj',
  endsAt: (time) => `Koniec o ${time}, jeśli nic się nie wydarzy`,

  commandUnderWay: 'Wysyłanie polecenia…',
  connectionLost: 'Połączenie zostało przerwane. Trwa ponowne łączenie…',
  accessLost: 'Ta strona utraciła dostęp. Proszę jeszcze raz otworzyć płatność w swoim systemie.',
  accessEnded: 'Dostęp do tej płatności wygasł. Sama płatność trwa dalej.',
  sessionGone: 'Ta sesja jest zakończona. Jej wynik jest w Państwa systemie.',
  refusals: {
    address: 'Na ten adres nie można wysłać linku.',
    'not-now': 'W tej chwili nie jest to możliwe.',
    'too-often':
      'Link wysłano na razie tyle razy, ile wolno. Proszę spróbować później albo przyjąć płatność w inny sposób.',
    closed: 'Dostęp do tej płatności wygasł. Sama płatność trwa dalej.',
    'not-sent': 'Nie udało się wysłać linku. Proszę spróbować ponownie albo podać inny adres.',
    late: 'Polecenie dotarło do serwera za późno i nic nie zostało zrobione. Proszę spróbować ponownie.',
    failed: 'Serwer nie odpowiedział. Proszę sprawdzić, na jakim etapie jest płatność, i spróbować ponownie.',
  },

  authorisationCode: 'Kod autoryzacji',
  outcomes: {
    approved: { heading: 'Zapłacono', advice: 'Płatność została wykonana.' },
    review: {
      heading: 'W trakcie sprawdzania',
      advice: 'Karta została przyjęta, a płatność zostanie sprawdzona, zanim będzie ostateczna.',
    },
    declined: {
      heading: 'Odrzucono',
      advice: 'Nie pobrano żadnych środków. Inną kartę można podać w nowej sesji.',
    },
    cancelled: { heading: 'Anulowano', advice: 'Nie pobrano żadnych środków.' },
    failed: { heading: 'Nie zapłacono', advice: 'Nie pobrano żadnych środków.' },
    unknown: {
      heading: 'Wynik nie jest jeszcze znany',
      advice: 'Bank nie odpowiedział, a środki mogły zostać pobrane. Proszę nie pobierać płatności ponownie.',
    },
  },
  verified: { heading: 'Karta sprawdzona', advice: 'Karta jest ważna. Nie pobrano żadnych środków.' },
  ends: {
    'payment-connector-error': 'Bramka płatnicza była nieosiągalna.',
    'too-many-failed-attempts': 'Nie pozostała żadna próba.',
    timeout: 'Zbyt długo nic się nie działo.',
    expired: 'Sesja osiągnęła maksymalny czas.',
    'internal-error': 'Wystąpił błąd po naszej stronie.',
  },
  declineReasons: {
    'do-not-honour': 'Bank nie podał przyczyny.',
    'insufficient-funds': 'Na karcie nie ma wystarczających środków.',
    'expired-card': 'Karta straciła ważność.',
    'invalid-card-number': 'Bank nie zna tego numeru karty.',
    'invalid-security-code': 'Kod zabezpieczający był nieprawidłowy.',
    'lost-or-stolen': 'Bank nie zezwala na użycie tej karty.',
    'limit-exceeded': 'Kwota przekracza limit karty.',
    'card-not-supported': 'Bank nie przyjmuje kart tego rodzaju.',
    'suspected-fraud': 'Bank nie zezwala na użycie tej karty.',
    'authentication-failed': 'Bank nie mógł potwierdzić tożsamości klienta.',
  },
}
