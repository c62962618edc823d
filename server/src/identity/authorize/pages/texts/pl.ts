import { html } from '../../../../http/html.ts'
import type { Texts } from './texts.ts'

export const polishTexts: Texts = {
  signIn: {
    title: 'Logowanie',
    errorTitle: 'Błąd: Logowanie',
    asks: (client, account) =>
      html`Aby przejść do aplikacji ${client}, należącej do ${account}, należy się zalogować.`,
    username: 'Nazwa użytkownika',
    password: 'Hasło',
    submit: 'Zaloguj się',
    wrong: {
      heading: 'Nieprawidłowa nazwa użytkownika lub hasło',
      advice: 'Proszę sprawdzić nazwę użytkownika i ponownie wpisać hasło.',
    },
    again: 'Proszę podać nazwę użytkownika i hasło, nawet po wcześniejszym zalogowaniu.',
    foreignAccount: (client, account) =>
      html`Aplikacja ${client} jest dostępna tylko dla użytkowników konta ${account}. Proszę się zalogować jako użytkownik tego konta.`,
    anotherPerson: (client) =>
      html`Aplikacja ${client} oczekuje innej nazwy użytkownika. Proszę się zalogować jako użytkownik, który z niej wcześniej korzystał.`,
    throttled: (when) => ({
      heading: 'Zbyt wiele prób logowania',
      advice: `Ponowna próba będzie możliwa ${when}.`,
    }),
    busy: (when) => ({
      heading: 'W tej chwili loguje się bardzo wiele osób',
      advice: `Proszę spróbować ponownie ${when}.`,
    }),
  },
  consent: {
    title: 'Zgoda na dostęp',
    asks: (client, account) => html`Aplikacja ${client}, należąca do ${account}, prosi o zgodę na:`,
    scopes: {
      globalpci: 'otwieranie bezpiecznych sesji płatności kartą',
      'agents-availability:read': 'wgląd w dostępność agentów',
      'users:read': 'wgląd w listę użytkowników konta',
      'users:write': 'zmienianie danych użytkowników konta',
      'interaction-content:read': 'przeglądanie i odsłuchiwanie nagrań interakcji',
      'interaction-content:delete': 'usuwanie nagrań interakcji',
      'interactions:write': 'tworzenie i zmienianie interakcji',
      stats: 'wgląd w statystyki konta',
      'admin:read': 'wgląd w ustawienia konta',
      'admin:write': 'zmienianie ustawień konta',
      openid: 'ustalenie tożsamości użytkownika',
      profile: 'wgląd w imię i nazwisko oraz nazwę użytkownika',
      offline_access: 'zachowanie tego dostępu także podczas nieobecności użytkownika',
    },
    signedInAs: 'Zalogowano jako',
    yourAccount: 'Konto',
    goesOnTo: 'Dalej',
    thisComputer: 'program na tym komputerze',
    appOnThisDevice: 'aplikacja na tym urządzeniu',
    foreign: (client, account) =>
      html`Aplikacja ${client} nie należy do konta użytkownika. Zgody warto udzielić tylko wtedy, gdy ${account} to podmiot znany i godny zaufania.`,
    allow: 'Zezwól',
    deny: 'Nie zezwalaj',
    switchUser: 'To nie ta osoba? Zaloguj się jako inny użytkownik',
  },
  signOut: {
    title: 'Wylogować się?',
    asks: (client) => html`Aplikacja ${client} prosi o wylogowanie.`,
    signedInAs: (person) => html`Zalogowany użytkownik: ${person}.`,
    submit: 'Wyloguj się',
    stay: 'Aby pozostać zalogowanym, wystarczy zamknąć tę stronę.',
    done: {
      heading: 'Wylogowano',
      advice: 'Jeśli z tego komputera korzystają też inne osoby, należy zamknąć również używane aplikacje.',
    },
  },
  errors: {
    'unknown-client': {
      heading: 'Ta aplikacja nie jest tu znana',
      advice:
        'Nie jest zarejestrowana albo została wyłączona. Proszę powiadomić osoby odpowiedzialne za aplikację.',
    },
    'redirect-uri-not-registered': {
      heading: 'Nie można zalogować się do tej aplikacji',
      advice:
        'Odpowiedź miałaby trafić pod adres, który nie jest dla niej zarejestrowany, dlatego nic tam nie zostanie wysłane. Proszę powiadomić osoby odpowiedzialne za aplikację.',
    },
    'request-malformed': {
      heading: 'To żądanie jest niezrozumiałe',
      advice:
        'Proszę wrócić do aplikacji i zacząć od nowa. Jeśli to nie pomoże, proszę powiadomić osoby odpowiedzialne za aplikację.',
    },
    'form-expired': {
      heading: 'Ta strona jest nieaktualna',
      advice:
        'Była otwarta zbyt długo albo przeglądarka nie zapisuje plików cookie. Żadna czynność nie została wykonana.',
    },
    'no-page-of-its-own': {
      heading: 'Tu nic nie ma',
      advice: 'Ten adres to tylko krok pośredni. Proszę wrócić do aplikacji i zacząć od nowa.',
    },
    internal: {
      heading: 'Coś poszło nie tak po naszej stronie',
      advice:
        'Proszę za chwilę spróbować ponownie. Jeśli błąd się powtórzy, prosimy o podanie nam tego numeru:',
    },
  },
  startAgain: 'Zacznij od nowa',
}
