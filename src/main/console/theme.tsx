import { useEffect, useState } from 'preact/hooks';

const KEY = 'tidings.theme';
const NEXT = { auto: 'light', light: 'dark', dark: 'auto' } as const;
const SIGN = { auto: '◐', light: '☀', dark: '☾' } as const;

type Theme = keyof typeof NEXT;

/** Light, dark, or as the system has it. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState<Theme>(kept);
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // Storage is forbidden: it holds as long as the page does.
    }
  }, [theme]);
  return (
    <button
      type="button"
      class="icon theme"
      aria-label={`Colours: ${theme === 'auto' ? 'as the system has them' : theme}`}
      title={`Colours: ${theme}`}
      onClick={() => setTheme(NEXT[theme])}
    >
      {SIGN[theme]}
    </button>
  );
}

function kept(): Theme {
  try {
    const theme = localStorage.getItem(KEY);
    return theme === 'light' || theme === 'dark' ? theme : 'auto';
  } catch {
    return 'auto';
  }
}
