@echo off
rem Install urbanplan with all its parts from this folder, without a network:  install.bat [FOLDER]
rem FOLDER is where it goes (%LOCALAPPDATA%\urbanplan-app unless named). set PYTHON=C:\...\python.exe chooses the Python.
setlocal
set "place=%~1"
if "%place%"=="" set "place=%LOCALAPPDATA%\urbanplan-app"
if not defined PYTHON (
  for %%v in (@PYTHONS@) do (
    py -%%v -c "" >nul 2>nul && for /f "delims=" %%p in ('py -%%v -c "import sys; print(sys.executable)"') do set "PYTHON=%%p"
  )
)
if not defined PYTHON set "PYTHON=python"
"%PYTHON%" -c "import sys; sys.exit('%%d.%%d' %% sys.version_info[:2] not in '@PYTHONS@'.split())" >nul 2>nul
if errorlevel 1 (
  echo %PYTHON% is none of the Pythons that these wheels are for: @PYTHONS@.
  echo Install one of them, or name it: set PYTHON=C:\path\to\python.exe
  exit /b 1
)
"%PYTHON%" -m venv "%place%" || exit /b 1
"%place%\Scripts\python.exe" -m pip --isolated --disable-pip-version-check install --quiet --no-index --find-links "%~dp0wheels" --only-binary :all: --require-hashes --requirement "%~dp0requirements.txt" || exit /b 1
"%place%\Scripts\python.exe" -m pip --isolated check || exit /b 1
rem desk.bat names its own folder, so it holds no path whose characters depend on the code page
(
  echo @echo off
  echo "%%~dp0Scripts\urbanplan.exe" serve %%*
  echo if errorlevel 1 pause
) > "%place%\desk.bat"
echo installed: "%place%\Scripts\urbanplan.exe"
echo the desk:  "%place%\desk.bat" by a double click; drop a plan's folder on it to open that plan
echo            "%place%\Scripts\urbanplan-desk.exe" does the same without a console
"%place%\Scripts\urbanplan.exe" doctor
