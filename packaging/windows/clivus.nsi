; The installer for Windows: makensis -DVERSION=0.2.0 -DTREE=dist/clivus -DOUT=setup.exe -DICON=clivus.ico -DSIZE_KIB=300000
; (packaging/windows/installer.py calls it so). Written for Windows and compiled on Linux; not yet run on a Windows.
;
; Options: /S nobody is asked; /CurrentUser, /AllUsers for whom; /D=FOLDER where (last, without quotation marks).
; The uninstaller: /S, and /PURGE to remove settings, saved readings and models too.
;
; Exit status: 0 done; 1 cancelled; 2 stopped by Windows or NSIS; 3 a newer version is installed; 4 Clivus is open;
; 5 the files could not be written; 6 installed, but the self-test found a fault; 7 the folder holds something else;
; 8 this Windows is too old or not of 64 bits.

Unicode true
SetCompressor /SOLID /FINAL lzma
SetCompressorDictSize 64
ManifestDPIAware true
CRCCheck force

!define NAME "Clivus"
!define PROGRAM "clivusw.exe"
!define CONSOLE "clivus.exe"
!define SUMS "SHA256SUMS"
!define UNINSTALLER "clivus-uninstall.exe" ; written first: by it an unfinished installation is known as ours
!define FILE_TYPE "Clivus.File"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${NAME}"
!define OLD ".old" ; beside the folder, while an upgrade is under way

!define NEWER_INSTALLED 3
!define IS_OPEN 4
!define NOT_WRITTEN 5
!define NOT_SOUND 6
!define OTHER_FOLDER 7
!define TOO_OLD 8

!define MULTIUSER_EXECUTIONLEVEL Highest
!define MULTIUSER_MUI
!define MULTIUSER_INSTALLMODE_COMMANDLINE
!define MULTIUSER_USE_PROGRAMFILES64
!define MULTIUSER_INSTALLMODE_INSTDIR "${NAME}"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_KEY "${UNINSTALL_KEY}"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_VALUENAME "InstallLocation"
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_KEY "${UNINSTALL_KEY}"
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_VALUENAME "InstallLocation"

!include MultiUser.nsh
!include MUI2.nsh
!include LogicLib.nsh
!include FileFunc.nsh
!include WinVer.nsh
!include WordFunc.nsh
!include x64.nsh

Var IsWriting ; "yes" while the folder is neither the old application nor the new one

Name "${NAME} ${VERSION}"
OutFile "${OUT}"
BrandingText "${NAME} ${VERSION}"

VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "${NAME}"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "${NAME} Setup"
VIAddVersionKey LegalCopyright "Apache License 2.0"

!ifdef SIGN ; the uninstaller too, before it goes into the installer
    !uninstfinalize '${SIGN} "%1"' = 0
!endif

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\${PROGRAM}"
!define MUI_FINISHPAGE_NOAUTOCLOSE
!define MUI_UNFINISHPAGE_NOAUTOCLOSE

!insertmacro MUI_PAGE_LICENSE "${TREE}/licences/LICENSE"
!insertmacro MULTIUSER_PAGE_INSTALLMODE
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE English
!insertmacro MUI_LANGUAGE Japanese
!insertmacro MUI_LANGUAGE SimpChinese
!include "words.nsh"


; Say why and end: in a box where somebody looks, else by the exit status alone.
!macro STOP STATUS TEXT
    MessageBox MB_ICONSTOP "${TEXT}" /SD IDOK
    SetErrorLevel ${STATUS}
    Quit
!macroend
!define Stop "!insertmacro STOP"

; Windows lets nobody write to a program that runs.
!macro STOP_IF_OPEN FILE
    ${If} ${FileExists} "${FILE}"
        ClearErrors
        FileOpen $0 "${FILE}" a
        ${If} ${Errors}
            ${Stop} ${IS_OPEN} "$(IsOpen)"
        ${EndIf}
        FileClose $0
    ${EndIf}
!macroend

; Move the application out of the way, in one piece.
!macro MOVE_AWAY
    !insertmacro STOP_IF_OPEN "$INSTDIR\${PROGRAM}"
    !insertmacro STOP_IF_OPEN "$INSTDIR\${CONSOLE}"
    RMDir /r "$INSTDIR${OLD}"
    ClearErrors
    Rename "$INSTDIR" "$INSTDIR${OLD}"
    ${If} ${Errors}
        ${Stop} ${IS_OPEN} "$(IsOpen)"
    ${EndIf}
!macroend
!define MoveAway "!insertmacro MOVE_AWAY"

Function .onInit
    ${IfNot} ${RunningX64}
    ${OrIfNot} ${AtLeastWin10}
        ${Stop} ${TOO_OLD} "$(TooOld)"
    ${EndIf}
    SetRegView 64
    StrCpy $9 $INSTDIR ; what /D= says; the next line forgets it
    !insertmacro MULTIUSER_INIT
    ${If} $9 != ""
        StrCpy $INSTDIR $9
    ${EndIf}
FunctionEnd

Function un.onInit
    SetRegView 64
    !insertmacro MULTIUSER_UNINIT
FunctionEnd

; The disk is full, or somebody gave up: NSIS ends the section where it is.
Function .onInstFailed
    ${If} $IsWriting == yes
        Call BringBack
        SetErrorLevel ${NOT_WRITTEN}
    ${EndIf}
FunctionEnd

; What was there before, and nothing of what was begun.
Function BringBack
    SetOutPath "$TEMP"
    RMDir /r "$INSTDIR"
    Rename "$INSTDIR${OLD}" "$INSTDIR"
FunctionEnd

Section "-${NAME}"
    SetOutPath "$TEMP" ; a folder that a program works in cannot be renamed

    ReadRegStr $0 SHCTX "${UNINSTALL_KEY}" "DisplayVersion"
    ${If} $0 != ""
        ${VersionCompare} "$0" "${VERSION}" $1
        ${If} $1 == 1
            ${Stop} ${NEWER_INSTALLED} "$(NewerInstalled)"
        ${EndIf}
    ${EndIf}

    ; The old application comes back if the new one cannot be written: never a mixture.
    ${If} ${FileExists} "$INSTDIR\*.*"
        ${IfNot} ${FileExists} "$INSTDIR\${UNINSTALLER}"
            ${DirState} "$INSTDIR" $0
            ${If} $0 == 1
                ${Stop} ${OTHER_FOLDER} "$(OtherFolder)"
            ${EndIf}
        ${EndIf}
        ${MoveAway}
    ${EndIf}

    StrCpy $IsWriting yes
    ClearErrors
    SetOverwrite try
    SetOutPath "$INSTDIR"
    WriteUninstaller "$INSTDIR\${UNINSTALLER}"
    File /r "${TREE}/*.*"
    ${If} ${Errors}
        Call BringBack
        ${Stop} ${NOT_WRITTEN} "$(NotWritten)"
    ${EndIf}
    StrCpy $IsWriting ""
    SetOutPath "$TEMP"
    RMDir /r "$INSTDIR${OLD}"

    CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\${PROGRAM}"

    WriteRegStr SHCTX "Software\Classes\${FILE_TYPE}" "" "$(FileType)"
    WriteRegStr SHCTX "Software\Classes\${FILE_TYPE}\DefaultIcon" "" "$INSTDIR\${PROGRAM},0"
    WriteRegStr SHCTX "Software\Classes\${FILE_TYPE}\shell\open\command" "" '"$INSTDIR\${PROGRAM}" "%1"'
    WriteRegStr SHCTX "Software\Classes\.clivus" "" "${FILE_TYPE}"
    ; DICOM is offered, not taken from the viewer that opens it.
    WriteRegStr SHCTX "Software\Classes\.dcm\OpenWithProgids" "${FILE_TYPE}" ""
    ${RefreshShellIcons}

    WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayName" "${NAME}"
    WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
    WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\${PROGRAM}"
    WriteRegStr SHCTX "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
    WriteRegStr SHCTX "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\${UNINSTALLER}" /$MultiUser.InstallMode'
    WriteRegStr SHCTX "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\${UNINSTALLER}" /$MultiUser.InstallMode /S'
    WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "EstimatedSize" ${SIZE_KIB}
    WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoModify" 1
    WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoRepair" 1

    DetailPrint "$(Testing)"
    nsExec::ExecToLog '"$INSTDIR\${CONSOLE}" selftest'
    Pop $0
    ${If} $0 != 0
        SetErrorLevel ${NOT_SOUND}
        MessageBox MB_ICONEXCLAMATION "$(NotSound)" /SD IDOK
    ${EndIf}
SectionEnd

Section "un.${NAME}"
    SectionIn RO
    SetOutPath "$TEMP"
    ${IfNot} ${FileExists} "$INSTDIR\${SUMS}"
        ${Stop} ${OTHER_FOLDER} "$(OtherFolder)"
    ${EndIf}
    ${MoveAway}
    RMDir /r "$INSTDIR${OLD}"
    Delete "$SMPROGRAMS\${NAME}.lnk"
    DeleteRegKey SHCTX "Software\Classes\${FILE_TYPE}"
    DeleteRegValue SHCTX "Software\Classes\.dcm\OpenWithProgids" "${FILE_TYPE}"
    ReadRegStr $0 SHCTX "Software\Classes\.clivus" ""
    ${If} $0 == "${FILE_TYPE}"
        DeleteRegKey SHCTX "Software\Classes\.clivus"
    ${EndIf}
    DeleteRegKey SHCTX "${UNINSTALL_KEY}"
    ${RefreshShellIcons}
SectionEnd

; Projects are files of people's own, wherever these lie: no installer touches them.
Section /o "un.$(RemoveOwn)" PURGE
    Call un.RemoveOwn
SectionEnd

Section "-un.asked by /PURGE"
    ${GetParameters} $0
    ClearErrors
    ${GetOptions} $0 "/PURGE" $1
    ${IfNot} ${Errors}
        Call un.RemoveOwn
    ${EndIf}
SectionEnd

Function un.RemoveOwn
    ${If} $MultiUser.InstallMode == AllUsers
        RMDir /r "$APPDATA\${NAME}" ; ProgramData: models for everyone
        SetShellVarContext current
        RMDir /r "$LOCALAPPDATA\${NAME}"
        SetShellVarContext all
    ${Else}
        RMDir /r "$LOCALAPPDATA\${NAME}"
    ${EndIf}
FunctionEnd
