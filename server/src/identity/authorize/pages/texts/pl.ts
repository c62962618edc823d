import { html } from '../../../../http/html.ts'
import type { Texts } from './texts.ts'

export const polishTexts: Texts = {
  signIn: {
    title: 'Logowanie',
    errorTitle: 'Błąd: Logowanie',
    asks: (client, account) => html`Proszę się zalogować, aby przejść do aplikacji ${client} (${account}).`,
    username: 'Nazwa użytkownika',
    password: 'Hasło',
    submit: 'Zaloguj się',
    wrong: {
      heading: 'Nieprawidłowa nazwa użytkownika lub hasło',
      advice: 'Proszę sprawdzić nazwę użytkownika i ponownie wpisać hasło.',
    },
    again: 'Proszę zalogować się jeszcze raz, także po wcześniejszym zalogowaniu.',
    foreignAccount: (client, account) =>
      html`Aplikacja ${client} jest dostępna tylko dla użytkowników konta ${account}. Proszę się zalogować z nazwą użytkownika tego konta.`,
    anotherPerson: (client) =>
      html`Aplikacja ${client} oczekuje innej nazwy użytkownika. Proszę się zalogować z tą nazwą, której używano w niej wcześniej.`,
    throttled: (when) => ({
      heading: 'Zbyt wiele prób logowania',
      advice: `Ponowna próba będzie możliwa ${when}.`,
    }),
    busy: (when) => ({
      heading: 'W tej chwili loguje się bardzo wiele osób',
      advice: `Proszę spróbować ponownie ${when}.`,
    }),
  },
  consent: {
    title: 'Zgoda na dostęp',
    asks: (client, account) => html`Aplikacja ${client} (${account}) prosi o zgodę na:`,
    scopes: {
      globalpci: 'otwieranie bezpiecznych sesji płatności kartą',
      'agents-availability:read': 'wgląd w dostępność konsultantów',
      'users:read': 'wgląd w listę użytkowników konta',
      'users:write': 'zmienianie danych użytkowników konta',
      'interaction-content:read': 'przeglądanie i odsłuchiwanie nagrań interakcji',
      'interaction-content:delete': 'usuwanie nagrań interakcji',
      'interactions:write': 'tworzenie i zmienianie interakcji',
      stats: 'wgląd w statystyki konta',
      'admin:read': 'wgląd w ustawienia konta',
      'admin:write': 'zmienianie ustawień konta',
      openid: 'potwierdzenie, kto się loguje',
      profile: 'wgląd w imię i nazwisko oraz nazwę użytkownika',
      offline_access: 'zachowanie tego dostępu także po wylogowaniu',
    },
    signedInAs: 'Zalogowano jako',
    yourAccount: 'Konto',
    goesOnTo: 'Po zgodzie otworzy się',
    thisComputer: 'program na tym komputerze',
    appOnThisDevice: 'aplikacja na tym urządzeniu',
    foreign: (client, account) =>
      html`Aplikacja ${client} nie należy do Państwa konta. Proszę wyrazić zgodę tylko wtedy, gdy ${account} to znana i zaufana firma.`,
    allow: 'Zezwól',
    deny: 'Nie zezwalaj',
    switchUser: 'To nie Ty? Zaloguj się jako inna osoba',
  },
  signOut: {
    title: 'Wylogować się?',
    asks: (client) => html`Aplikacja ${client} prosi o wylogowanie.`,
    signedInAs: (person) => html`Zalogowano jako ${person}.`,
    submit: 'Wyloguj się',
    stay: 'Aby się nie wylogowywać, wystarczy zamknąć tę stronę.',
    done: {
      heading: 'Wylogowano',
      advice: 'Jeśli z tego komputera korzystają też inne osoby, należy zamknąć również używane aplikacje.',
    },
  },
  errors: {
    'unknown-client': {
      heading: 'Nieznana aplikacja',
      advice:
        'Nie jest zarejestrowana albo została wyłączona. Proszę powiadomić osoby odpowiedzialne za aplikację.',
    },
    'redirect-uri-not-registered': {
      heading: 'Nie można zalogować się do tej aplikacji',
      advice:
        'Adres powrotu tej aplikacji nie jest zarejestrowany, dlatego nie można do niej wrócić. Proszę powiadomić osoby odpowiedzialne za aplikację.',
    },
    'request-malformed': {
      heading: 'Nieprawidłowe żądanie',
      advice:
        'Proszę wrócić do aplikacji i zacząć od nowa. Jeśli to nie pomoże, proszę powiadomić osoby odpowiedzialne za aplikację.',
    },
    'form-expired': {
      heading: 'Ta strona wygasła',
      advice: 'Była otwarta zbyt długo albo przeglądarka blokuje pliki cookie. Nic nie zostało zmienione.',
    },
    'no-page-of-its-own': {
      heading: 'Pod tym adresem nie ma strony',
      advice: 'Ten adres to tylko krok pośredni logowania. Proszę wrócić do aplikacji i zacząć od nowa.',
    },
    internal: {
      heading: 'Wystąpił błąd po naszej stronie',
      advice: 'Proszę spróbować ponownie za chwilę. Jeśli błąd się powtórzy, proszę podać ten numer:',
    },
  },
  startAgain: 'Zacznij od nowa',
}
