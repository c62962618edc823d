import type { LanguageTexts } from './texts.ts'

const plural = new Intl.PluralRules('pl')

/** 1 cyfra, 2 cyfry, 5 cyfr, 22 cyfry. */
const counted = (count: number, [one, few, many]: readonly [string, string, string]): string =>
  `${count}\u00a0${formFor(count, [one, few, many])}`

function formFor(count: number, [one, few, many]: readonly [string, string, string]): string {
  const rule = plural.select(count)
  return rule === 'one' ? one : rule === 'few' ? few : many
}

export const pl: LanguageTexts = {
  fields: { pan: 'Numer karty', expiry: 'Data ważności', securityCode: 'Kod CVC/CVV' },
  fieldStates: {
    empty: 'Jeszcze nie wpisano',
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
  leftOut: 'Karta nie ma kodu',
  fieldErrors: {
    timeout: 'Przerwano wpisywanie',
    'invalid-card-number': 'Nieprawidłowy numer karty',
    'invalid-card-type': 'Karty tego rodzaju nie są przyjmowane',
    'invalid-date': 'Karta nieważna albo błędna data',
    'invalid-security-code': 'Nieprawidłowa liczba cyfr (3, dla American Express 4)',
  },
  digits: (count) => `Wpisano ${counted(count, ['cyfrę', 'cyfry', 'cyfr'])}`,
  lastFour: (last4) => `końcówka\u00a0${last4}`,
  attemptsLeft: (count) =>
    count === 1
      ? 'ostatnia próba'
      : `${formFor(count, ['pozostała', 'pozostały', 'pozostało'])} ${counted(count, ['próba', 'próby', 'prób'])}`,
  ask: 'Poproś',
  askAgain: 'Poproś ponownie',
  askFor: {
    pan: 'Poproś o numer karty',
    expiry: 'Poproś o datę ważności',
    securityCode: 'Poproś o kod CVC/CVV',
  },
  askAgainFor: {
    pan: 'Poproś ponownie o numer karty',
    expiry: 'Poproś ponownie o datę ważności',
    securityCode: 'Poproś ponownie o kod CVC/CVV',
  },
  reference: 'Numer referencyjny',
  callerNumber: 'Numer rozmówcy',
  cardCheckOnly: 'Tylko weryfikacja karty, bez płatności',
  fieldsHeading: 'Dane karty',

  standing: {
    asked: {
      pan: 'Oczekiwanie na numer karty.',
      expiry: 'Oczekiwanie na datę ważności.',
      securityCode: 'Oczekiwanie na kod CVC/CVV.',
    },
    typing: {
      pan: 'Rozmówca wpisuje numer karty.',
      expiry: 'Rozmówca wpisuje datę ważności.',
      securityCode: 'Rozmówca wpisuje kod CVC/CVV.',
    },
    stopped: {
      pan: 'Numer karty nie został wpisany do końca.',
      expiry: 'Data ważności nie została wpisana do końca.',
      securityCode: 'Kod CVC/CVV nie został wpisany do końca.',
    },
    refused: {
      'invalid-card-number': 'Ten numer karty nie został przyjęty.',
      'invalid-card-type': 'Karty tego rodzaju nie są przyjmowane.',
      'invalid-date': 'Karta jest nieważna albo data jest błędna.',
      'invalid-security-code': 'Ten kod CVC/CVV nie pasuje do karty.',
    },
    between: 'Proszę chwilę zaczekać.',
    complete: 'Dane karty są kompletne. Po zgodzie rozmówcy można obciążyć kartę.',
    completeByKeypad: 'Dane karty są kompletne. Rozmówca może nacisnąć 1 albo można obciążyć kartę tutaj.',
    keypadClosed: 'Wpisywanie na klawiaturze jest zablokowane, ponieważ słychać tony klawiszy.',
    lineLost: 'Oczekiwanie na ponowne zabezpieczenie linii.',
    processing: 'Oczekiwanie na odpowiedź banku.',
    challenged: 'Bank prosi klienta o potwierdzenie płatności.',
    linkUnsent: 'Link nie został jeszcze wysłany.',
    linkElsewhere: 'Oczekiwanie na otwarcie strony płatności.',
    linkSending: (to) => `Trwa wysyłanie linku (${to}).`,
    linkSent: (to) => `Link wysłano (${to}).`,
    linkFailed: (to) => `Nie udało się wysłać linku (${to}).`,
    linkOpened: 'Strona płatności została otwarta.',
    linkTyping: {
      pan: 'Na stronie płatności trwa wpisywanie numeru karty.',
      expiry: 'Na stronie płatności trwa wpisywanie daty ważności.',
      securityCode: 'Na stronie płatności trwa wpisywanie kodu CVC/CVV.',
    },
    linkRefused: 'Dane karty nie zostały przyjęte. Strona podaje przyczynę, można spróbować ponownie.',
  },

  say: 'Do powiedzenia',
  sayOnCallback: 'Przy oddzwonieniu',
  words: {
    'ask-card-number':
      'Proszę wpisać numer karty na klawiaturze telefonu i nacisnąć krzyżyk. Proszę nie podawać go na głos.',
    'ask-expiry-date': 'Teraz proszę wpisać datę ważności: dwie cyfry miesiąca i dwie cyfry roku.',
    'ask-security-code': 'Teraz proszę wpisać kod CVC z karty i nacisnąć krzyżyk.',
    'ask-optional-security-code':
      'Teraz proszę wpisać kod CVC z karty i nacisnąć krzyżyk. Jeśli karta nie ma kodu, proszę nacisnąć krzyżyk dwa razy.',
    'again-card-number':
      'Niestety ten numer nie został przyjęty. Proszę wpisać go jeszcze raz, powoli, i nacisnąć krzyżyk.',
    'again-expiry-date': 'Niestety ta data nie została przyjęta. Proszę jeszcze raz wpisać miesiąc i rok.',
    'again-security-code':
      'Niestety ten kod nie pasuje do karty. Proszę wpisać go jeszcze raz i nacisnąć krzyżyk.',
    'other-card':
      'Niestety nie przyjmujemy kart tego rodzaju. Jeśli jest inna karta, proszę wpisać jej numer i nacisnąć krzyżyk.',
    'went-silent': 'Spokojnie, mamy czas. Proszę wpisać te dane jeszcze raz od początku i nacisnąć krzyżyk.',
    typing:
      'Proszę się nie spieszyć, widzę tylko kropki. W razie pomyłki proszę nacisnąć gwiazdkę i zacząć od nowa.',
    confirm: 'Czy mogę obciążyć kartę o końcówce {last4} kwotą {amount} na rzecz {merchant}?',
    'confirm-by-keypad':
      'Płatność na kwotę {amount} na rzecz {merchant}, kartą o końcówce {last4}. Aby zapłacić, proszę nacisnąć 1, a żeby zacząć od nowa – 2.',
    processing: 'Dziękuję. Sprawdzam w banku. Proszę chwilę zaczekać.',
    challenged: 'Bank prosi o potwierdzenie płatności. Proszę postępować zgodnie z instrukcjami banku.',
    'send-link': 'Mogę wysłać link do bezpiecznej strony płatności. Czy mam go teraz wysłać?',
    'link-sent': 'Link został wysłany. Proszę go otworzyć i wpisać tam dane karty.',
    'link-opened': 'Widzę, że strona jest otwarta. Proszę wpisać tam dane karty. Nie zobaczę żadnych cyfr.',
    'link-typing': 'Proszę się nie spieszyć. Nie zobaczę żadnych cyfr.',
    'hung-up': 'Rozłączyło nas. Czy mam wysłać link, żeby można było dokończyć płatność?',
    'tones-heard': 'Proszę przez chwilę nie naciskać klawiszy. Czy mam zamiast tego wysłać link?',
    'line-lost': 'Proszę chwilę zaczekać i nie naciskać klawiszy, dopóki o to nie poproszę.',
    'audio-lost': 'Na linii jest teraz cisza. Proszę się nie rozłączać.',
    approved: 'Płatność na kwotę {amount} została wykonana. Dziękuję.',
    verified: 'Karta została zweryfikowana i nie pobrano żadnych środków. Dziękuję.',
    review: 'Płatność wymaga sprawdzenia. Poinformujemy o wyniku. Proszę nie płacić ponownie.',
    declined:
      'Bank odrzucił płatność i nie pobrano żadnych środków. Czy spróbujemy z inną kartą? Przygotuję nową płatność.',
    cancelled: 'Płatność została anulowana. Nie pobrano żadnych środków.',
    failed: 'Nie udało się wykonać płatności. Nie pobrano żadnych środków.',
    unknown: 'Bank jeszcze nie odpowiedział. Proszę nie płacić ponownie. Poinformujemy o wyniku.',
  },
  wordsWithoutLast4: {
    confirm: 'Czy mogę obciążyć tę kartę kwotą {amount} na rzecz {merchant}?',
    'confirm-by-keypad':
      'Płatność na kwotę {amount} na rzecz {merchant}. Aby zapłacić, proszę nacisnąć 1, a żeby zacząć od nowa – 2.',
  },

  warnings: {
    'line-lost': {
      heading: 'Trwa ponowne zabezpieczanie linii',
      advice:
        'Do tego czasu cyfry nie są przyjmowane. Rozmówca powinien chwilę zaczekać, a potem wpisać pole od nowa. Jeśli to potrwa dłużej, proszę wysłać link.',
    },
    'in-band-tones': {
      heading: 'W rozmowie słychać tony klawiszy',
      advice:
        'Mogą być w nagraniu. Wpisane dane karty odrzucono, a cyfry nie są już przyjmowane. Proszę wysłać link.',
    },
    'earlier-tones': {
      heading: 'Wcześniej było słychać tony klawiszy',
      advice:
        'Mogą być w nagraniu. Linia jest znów zabezpieczona, a dane karty trzeba wpisać od początku. Można też wysłać link.',
    },
    'audio-lost': {
      heading: 'Brak dźwięku z rozmowy',
      advice: 'Wpisywane cyfry mogą nie docierać. Proszę chwilę zaczekać albo wysłać link.',
    },
    'keys-lost': {
      heading: 'Niektóre cyfry nie dotarły',
      advice: 'Rozmówca powinien wpisać to pole od początku. Jeśli to się powtórzy, proszę wysłać link.',
    },
    'doubled-tones': {
      heading: 'Cyfry docierają podwójnie',
      advice: 'Powoduje to telefon rozmówcy. Proszę włączyć tryb wolny i poprosić o powolne wpisywanie.',
    },
    'ending-soon': {
      heading: 'Ta płatność zaraz wygaśnie',
      advice: 'Przycisk „Kontynuuj” przedłuży czas. Bez tego płatność sama wygaśnie.',
    },
    'call-ended': {
      heading: 'Rozmowa została zakończona',
      advice: 'Można wysłać link albo anulować płatność. Na stronie dane karty wpisuje się od nowa.',
    },
    'hung-up': {
      heading: 'Rozmówcy nie ma już na linii',
      advice: 'Można wysłać link albo anulować płatność. Na stronie dane karty wpisuje się od nowa.',
    },
    'hung-up-with-link': {
      heading: 'Rozmówcy nie ma już na linii',
      advice: 'Płatność można jeszcze dokończyć na stronie płatności.',
    },
  },
  timeLeft: 'Pozostały czas',
  goOn: 'Kontynuuj',
  cannotGoOn: 'Ta płatność osiągnęła limit czasu i nie można jej przedłużyć.',

  settingsHeading: 'Pomoc przy wpisywaniu',
  slowMode: 'Tryb wolny',
  slowModeHint:
    'Dla telefonów, które wysyłają każdy klawisz dwa razy. Rozmówca powinien naciskać klawisze powoli.',
  turnOnSlowMode: 'Włącz tryb wolny',
  waitBetweenDigits: 'Limit czasu między cyframi',
  seconds: (count) => counted(count, ['sekunda', 'sekundy', 'sekund']),
  useLink: 'Wyślij link',
  useKeypad: 'Wróć do klawiatury',

  linkHeading: 'Link do płatności',
  noChannels: 'Stąd nie można wysyłać linków. Proszę wysłać link ze swojego systemu.',
  channels: {
    sms: {
      name: 'SMS',
      addressLabel: 'Numer telefonu',
      addressHint: 'Z numerem kierunkowym kraju, na przykład +48\u00a0500\u00a0000\u00a0000',
      enterAddress: 'Wpisz numer',
      otherAddress: 'Użyj innego numeru',
    },
    email: {
      name: 'E-mail',
      addressLabel: 'Adres e-mail',
      addressHint: 'Na przykład nazwa@example.com',
      enterAddress: 'Wpisz adres',
      otherAddress: 'Użyj innego adresu',
    },
  },
  useCallerNumber: 'Użyj numeru rozmówcy',
  linkSteps: { sent: 'Link wysłany', opened: 'Strona otwarta' },
  send: 'Wyślij',
  sendAgain: 'Wyślij ponownie',
  sending: 'Wysyłanie…',
  close: 'Zamknij',

  takePayment: 'Obciąż kartę',
  takingPayment: 'Trwa obciążanie karty…',
  cancel: 'Anuluj płatność',
  finish: 'Zakończ',
  cancelQuestion: 'Anulować tę płatność?',
  cancelYes: 'Tak, anuluj',
  cancelNo: 'Nie, kontynuuj',
  endsAt: (time) => `Płatność wygaśnie o ${time}, jeśli nie będzie aktywności`,

  commandUnderWay: 'Wysyłanie polecenia…',
  connectionLost: 'Połączenie zostało przerwane. Trwa ponowne łączenie…',
  accessLost: 'Ta strona utraciła dostęp. Proszę jeszcze raz otworzyć płatność w swoim systemie.',
  accessEnded: 'Dostęp do tej płatności wygasł. Sama płatność trwa dalej.',
  sessionGone: 'Ta płatność jest zakończona. Wynik jest w Państwa systemie.',
  refusals: {
    address: 'Na ten adres lub numer nie można wysłać linku. Proszę go sprawdzić.',
    'not-now': 'W tej chwili nie jest to możliwe. Stan płatności jest widoczny powyżej.',
    'too-often':
      'Link wysłano na razie tyle razy, ile wolno. Proszę spróbować później albo przyjąć płatność w inny sposób.',
    closed: 'Dostęp do tej płatności wygasł. Sama płatność trwa dalej.',
    'not-sent': 'Nie udało się wysłać linku. Proszę spróbować ponownie albo użyć innego adresu lub numeru.',
    late: 'Polecenie dotarło do serwera za późno i nie zostało wykonane. Proszę spróbować ponownie.',
    failed: 'Serwer nie odpowiedział. Proszę sprawdzić stan płatności powyżej i spróbować ponownie.',
  },

  authorisationCode: 'Kod autoryzacji',
  outcomes: {
    approved: { heading: 'Zapłacono', advice: 'Płatność została wykonana.' },
    review: {
      heading: 'Do sprawdzenia',
      advice: 'Karta została przyjęta. Płatność zostanie jeszcze sprawdzona.',
    },
    declined: {
      heading: 'Odrzucono',
      advice: 'Nie pobrano żadnych środków. Aby użyć innej karty, proszę rozpocząć nową płatność.',
    },
    cancelled: { heading: 'Anulowano', advice: 'Nie pobrano żadnych środków.' },
    failed: {
      heading: 'Nie zapłacono',
      advice: 'Nie pobrano żadnych środków. Aby spróbować ponownie, proszę rozpocząć nową płatność.',
    },
    unknown: {
      heading: 'Wynik nie jest jeszcze znany',
      advice: 'Bank nie odpowiedział, a karta mogła zostać obciążona. Proszę nie obciążać karty ponownie.',
    },
  },
  ends: {
    'payment-connector-error': 'Nie udało się połączyć z bramką płatniczą.',
    'too-many-failed-attempts': 'Wykorzystano wszystkie próby.',
    timeout: 'Płatność wygasła z powodu braku aktywności.',
    expired: 'Płatność osiągnęła limit czasu.',
    'internal-error': 'Wystąpił błąd po naszej stronie.',
  },
  declineReasons: {
    'do-not-honour': 'Bank nie podał przyczyny.',
    'insufficient-funds': 'Na karcie nie ma wystarczających środków.',
    'expired-card': 'Karta straciła ważność.',
    'invalid-card-number': 'Bank nie zna tego numeru karty.',
    'invalid-security-code': 'Kod CVC/CVV był nieprawidłowy.',
    'lost-or-stolen': 'Bank nie zezwala na użycie tej karty.',
    'limit-exceeded': 'Kwota przekracza limit karty.',
    'card-not-supported': 'Tą kartą nie można wykonać tej płatności.',
    'suspected-fraud': 'Bank nie zezwala na użycie tej karty.',
    'authentication-failed': 'Bank nie mógł potwierdzić tożsamości klienta.',
  },

  forCardCheck: {
    standing: {
      complete: 'Dane karty są kompletne. Po zgodzie rozmówcy można zweryfikować kartę.',
      completeByKeypad:
        'Dane karty są kompletne. Rozmówca może nacisnąć 1 albo można zweryfikować kartę tutaj.',
      challenged: 'Bank prosi klienta o potwierdzenie weryfikacji karty.',
    },
    words: {
      confirm: 'Czy mogę zweryfikować kartę na rzecz {merchant}? Nie pobierzemy żadnych środków.',
      'confirm-by-keypad':
        'Karta zostanie zweryfikowana, bez pobierania środków. Aby kontynuować, proszę nacisnąć 1, a żeby zacząć od nowa – 2.',
      challenged:
        'Bank prosi o potwierdzenie weryfikacji karty. Proszę postępować zgodnie z instrukcjami banku.',
      'hung-up': 'Rozłączyło nas. Czy mam wysłać link, żeby można było dokończyć weryfikację karty?',
      review: 'Wynik weryfikacji karty wymaga sprawdzenia. Poinformujemy o wyniku.',
      declined:
        'Bank odrzucił weryfikację karty i nie pobrano żadnych środków. Czy spróbujemy z inną kartą? Przygotuję nową weryfikację.',
      cancelled: 'Weryfikacja karty została anulowana. Nie pobrano żadnych środków.',
      failed: 'Nie udało się zweryfikować karty. Nie pobrano żadnych środków.',
      unknown: 'Bank jeszcze nie odpowiedział. Poinformujemy o wyniku.',
    },
    warnings: {
      'ending-soon': {
        heading: 'Ta weryfikacja karty zaraz wygaśnie',
        advice: 'Przycisk „Kontynuuj” przedłuży czas. Bez tego weryfikacja sama wygaśnie.',
      },
      'call-ended': {
        heading: 'Rozmowa została zakończona',
        advice: 'Można wysłać link albo anulować weryfikację. Na stronie dane karty wpisuje się od nowa.',
      },
      'hung-up': {
        heading: 'Rozmówcy nie ma już na linii',
        advice: 'Można wysłać link albo anulować weryfikację. Na stronie dane karty wpisuje się od nowa.',
      },
      'hung-up-with-link': {
        heading: 'Rozmówcy nie ma już na linii',
        advice: 'Weryfikację można jeszcze dokończyć na stronie płatności.',
      },
    },
    cannotGoOn: 'Ta weryfikacja karty osiągnęła limit czasu i nie można jej przedłużyć.',
    takePayment: 'Zweryfikuj kartę',
    takingPayment: 'Trwa weryfikacja karty…',
    cancel: 'Anuluj weryfikację',
    cancelQuestion: 'Anulować tę weryfikację karty?',
    endsAt: (time) => `Weryfikacja wygaśnie o ${time}, jeśli nie będzie aktywności`,
    outcomes: {
      approved: { heading: 'Karta zweryfikowana', advice: 'Karta jest ważna. Nie pobrano żadnych środków.' },
      review: {
        heading: 'Do sprawdzenia',
        advice: 'Karta została przyjęta. Wynik zostanie jeszcze sprawdzony.',
      },
      declined: {
        heading: 'Odrzucono',
        advice: 'Nie pobrano żadnych środków. Aby użyć innej karty, proszę rozpocząć nową weryfikację.',
      },
      failed: {
        heading: 'Nie zweryfikowano',
        advice: 'Nie pobrano żadnych środków. Aby spróbować ponownie, proszę rozpocząć nową weryfikację.',
      },
      unknown: {
        heading: 'Wynik nie jest jeszcze znany',
        advice: 'Bank nie odpowiedział. Przed ponowną weryfikacją proszę poczekać na wynik.',
      },
    },
    ends: {
      timeout: 'Weryfikacja wygasła z powodu braku aktywności.',
      expired: 'Weryfikacja osiągnęła limit czasu.',
    },
  },
}
